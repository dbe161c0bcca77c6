"""Messages of a Feishu app."""

import json
import uuid
from typing import Any

from qiao.runtime.outgoing import NotSent, post

from .message import Message
from .token import forget_token, get_token

TOKEN_GONE = {99991661, 99991663, 99991664, 99991668}
BUSY = {99991400, 230020}


def send(settings: dict[str, Any], address: str, message: Message) -> None:
    """Send a text with its link to one member, named by his user id."""
    key = ("feishu", settings["api"], settings["app_id"], settings["secret"])
    token = get_token(key, lambda: _fetch(settings))
    text = f"{message.text}\n{message.url}" if message.url else message.text
    body = {
        "receive_id": address, "msg_type": "text", "content": json.dumps({"text": text[:4000]}, ensure_ascii=False),
        "uuid": uuid.uuid5(uuid.NAMESPACE_URL, f"{address} {text}").hex,
    }  # fmt: skip
    headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {token}"}
    url = f"{settings['api']}/open-apis/im/v1/messages?receive_id_type=user_id"
    answer = post(url, json.dumps(body, ensure_ascii=False).encode(), headers).json()
    code = answer.get("code", -1)
    if code in TOKEN_GONE:
        forget_token(key)
    if code:
        raise NotSent(f"code {code}", again=code in TOKEN_GONE | BUSY, answer=str(answer)[:500])


def _fetch(settings: dict[str, Any]) -> tuple[str, float]:
    body = json.dumps({"app_id": settings["app_id"], "app_secret": settings["secret"]}).encode()
    url = f"{settings['api']}/open-apis/auth/v3/tenant_access_token/internal"
    answer = post(url, body, {"Content-Type": "application/json"}).json()
    if answer.get("code"):
        raise NotSent(f"code {answer['code']}", again=False, answer=str(answer)[:500])
    return str(answer["tenant_access_token"]), float(answer.get("expire", 7200))
