"""Stand-ins of both directories on loopback: they check what the real ones check, and fail as those do."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "s3cret-of-the-app"


@dataclass
class Directory:
    """A directory.

    Attributes:
        departments: (id, name, id of the one above); the root is 1.
        members: As the directory's own ``user/list`` tells them, with ``department`` or ``dept_id_list``.
        expires_after: A token is forgotten after so many answers; None: never.
        busy: So many requests are asked to wait, from the first list of members on.
        broken: Path → what is answered instead: raw bytes, or an object.
        slow_seconds: How long an answer takes.
        tokens: How many were given.
        asked: Paths asked for, with the department.
    """

    url: str = ""
    departments: list[tuple[int, str, int]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    expires_after: int | None = None
    busy: int = 0
    busy_code: int = 0
    broken: dict[str, Any] = field(default_factory=dict)
    slow_seconds: float = 0
    page: int = 2
    tokens: int = 0
    given: int = 0
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def token(self) -> dict[str, Any]:
        self.tokens, self.given = self.tokens + 1, 0
        return {"errcode": 0, "access_token": f"t{self.tokens}", "expires_in": 7200}

    def refuse(self, query: dict[str, str], gone: int) -> dict[str, Any] | None:
        """An expired or wrong token, or a request for patience."""
        self.given += 1
        if query.get("access_token") != f"t{self.tokens}" or (
            self.expires_after is not None and self.given > self.expires_after
        ):
            return {"errcode": gone, "errmsg": "token expired"}
        return None

    def patience(self) -> dict[str, Any] | None:
        if self.busy:
            self.busy -= 1
            return {"errcode": self.busy_code, "errmsg": "freq out of limit"}
        return None


class WeCom(Directory):
    """As developer.work.weixin.qq.com says."""

    def answer(self, path: str, query: dict[str, str], _body: Any) -> dict[str, Any]:
        if path == "/cgi-bin/gettoken":
            good = query.get("corpid") == "ww1" and query.get("corpsecret") == SECRET
            return self.token() if good else {"errcode": 40001, "errmsg": "invalid credential"}
        if refused := self.refuse(query, 42001):
            return refused
        if path == "/cgi-bin/department/list":
            rows = [{"id": i, "name": n, "parentid": p, "order": 1} for i, n, p in self.departments]
            return {"errcode": 0, "errmsg": "ok", "department": rows}
        if path == "/cgi-bin/user/list":
            if wait := self.patience():
                return wait
            where = int(query["department_id"])
            return {"errcode": 0, "userlist": [m for m in self.members if where in m["department"]]}
        return {"errcode": 404, "errmsg": path}


class DingTalk(Directory):
    """As open.dingtalk.com says: children one by one, members page by page."""

    def answer(self, path: str, query: dict[str, str], body: Any) -> dict[str, Any]:
        if path == "/gettoken":
            good = query.get("appkey") == "ding1" and query.get("appsecret") == SECRET
            return self.token() if good else {"errcode": 40089, "errmsg": "invalid secret"}
        if refused := self.refuse(query, 40014):
            return refused
        where = body["dept_id"]
        if path == "/topapi/v2/department/get":
            name = next(n for i, n, _above in self.departments if i == where)
            return {"errcode": 0, "result": {"dept_id": where, "name": name}}
        if path == "/topapi/v2/department/listsub":
            below = [{"dept_id": i, "name": n, "parent_id": p} for i, n, p in self.departments if p == where]
            return {"errcode": 0, "result": below}
        if path == "/topapi/v2/user/list":
            if wait := self.patience():
                return wait
            assert 1 <= body["size"] <= 100
            here = [m for m in self.members if where in m["dept_id_list"]]
            start = body["cursor"]
            more = start + self.page < len(here)
            result = {"has_more": more, "list": here[start : start + self.page]}
            return {
                "errcode": 0,
                "result": {**result, **({"next_cursor": start + self.page} if more else {})},
            }
        return {"errcode": 404, "errmsg": path}


@contextmanager
def serve(directory: Any) -> Iterator[Any]:
    """The directory on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = json.loads(raw) if raw else {}
            directory.asked.append((parts.path, query.get("department_id") or body.get("dept_id")))
            answer = directory.answer(parts.path, query, body)
            if parts.path in directory.broken:
                answer = directory.broken[parts.path]
            data = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
            time.sleep(directory.slow_seconds)
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:  # who asked has gone
                pass

        do_GET = do_POST = _answer

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    directory.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield directory
    finally:
        server.shutdown()
        server.server_close()


def wecom_member(userid: str, name: str, *departments: int, **more: Any) -> dict[str, Any]:
    """A member as WeCom tells him."""
    return {"userid": userid, "name": name, "department": list(departments), "status": 1, **more}


def ding_member(userid: str, name: str, *departments: int, **more: Any) -> dict[str, Any]:
    """A member as DingTalk tells him."""
    return {
        "userid": userid,
        "unionid": f"u-{userid}",
        "name": name,
        "dept_id_list": list(departments),
        "active": True,
        **more,
    }
