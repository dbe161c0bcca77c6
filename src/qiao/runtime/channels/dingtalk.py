"""Work notices of a DingTalk app."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from qiao.runtime.outgoing import NotSent, get, post

from .message import Message
from .token import forget_token, get_token

TOKEN_GONE = {40001, 40014, 42001}
BUSY = {-1, 88, 90002, 90018}


def send(settings: dict[str, Any], address: str, message: Message) -> None:
    """Send a link (plain text without an address to open) to one member."""
    key = token_key(settings)
    token = get_token(key, lambda: fetch_token(settings))
    msg: dict[str, Any] = {"msgtype": "text", "text": {"content": message.text[:2000]}}
    if message.url:
        card = {
            "title": message.title[:64],
            "markdown": message.text[:2000],
            "single_title": message.title[:20],
            "single_url": message.url,
        }
        msg = {"msgtype": "action_card", "action_card": card}
    body = {"agent_id": int(settings["agent_id"]), "userid_list": address, "msg": msg}
    url = (
        f"{settings['api']}/topapi/message/corpconversation/asyncsend_v2?{urlencode({'access_token': token})}"
    )
    answer = post(
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
    ).json()
    code = answer.get("errcode", -1)
    if code in TOKEN_GONE:
        forget_token(key)
    if code:
        raise NotSent(f"errcode {code}", again=code in TOKEN_GONE | BUSY, answer=str(answer)[:500])


def token_key(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Under which the app's token is kept."""
    return ("dingtalk", settings["api"], settings["app_key"], settings["secret"])


def fetch_token(settings: Mapping[str, Any]) -> tuple[str, float]:
    """A new token of the app and how many seconds it lives. Raises NotSent, Unclear."""
    query = urlencode({"appkey": settings["app_key"], "appsecret": settings["secret"]})
    answer = get(f"{settings['api']}/gettoken?{query}").json()
    if answer.get("errcode"):
        raise NotSent(f"errcode {answer['errcode']}", again=False, answer=str(answer)[:500])
    return str(answer["access_token"]), float(answer.get("expires_in", 7200))
