"""Messages of a WeCom app."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from qiao.runtime.outgoing import NotSent, get, post

from .message import Message
from .token import forget_token, get_token

TOKEN_GONE = {40014, 42001}
BUSY = {-1, 45009}


def send(settings: dict[str, Any], address: str, message: Message) -> None:
    """Send a text card (plain text without an address to open) to one member."""
    key = token_key(settings)
    token = get_token(key, lambda: fetch_token(settings))
    body: dict[str, Any] = {
        "touser": address,
        "agentid": int(settings["agent_id"]),
        "enable_duplicate_check": 1,
    }
    if message.url:
        card = {"title": message.title[:128], "description": message.text[:512], "url": message.url}
        body |= {"msgtype": "textcard", "textcard": card}
    else:
        body |= {"msgtype": "text", "text": {"content": message.text[:2000]}}
    url = f"{settings['api']}/cgi-bin/message/send?{urlencode({'access_token': token})}"
    answer = post(
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
    ).json()
    code = answer.get("errcode", -1)
    if code in TOKEN_GONE:
        forget_token(key)
        raise NotSent(f"errcode {code}", again=True, answer=str(answer)[:500])
    if code or answer.get("invaliduser"):
        raise NotSent(f"errcode {code}", again=code in BUSY, answer=str(answer)[:500])


def token_key(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Under which the app's token is kept."""
    return ("wecom", settings["api"], settings["corp_id"], settings["secret"])


def fetch_token(settings: Mapping[str, Any]) -> tuple[str, float]:
    """A new token of the app and how many seconds it lives. Raises NotSent, Unclear."""
    query = urlencode({"corpid": settings["corp_id"], "corpsecret": settings["secret"]})
    answer = get(f"{settings['api']}/cgi-bin/gettoken?{query}").json()
    if answer.get("errcode"):
        raise NotSent(f"errcode {answer['errcode']}", again=False, answer=str(answer)[:500])
    return str(answer["access_token"]), float(answer.get("expires_in", 7200))
