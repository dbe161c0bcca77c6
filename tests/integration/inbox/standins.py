"""Local stand-ins for the systems Qiao talks to; they check what the real ones check."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Seen:
    """One request a stand-in received."""

    path: str
    query: dict[str, str]
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Web:
    """An HTTP server that answers as told.

    Attributes:
        answers: Path → (status, object); a list is used up from the front, its last answer stays.
    """

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def at(self, path: str) -> list[Seen]:
        return [one for one in self.seen if one.path == path]


@contextmanager
def web_server() -> Iterator[Web]:
    """A web server on loopback."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            web.seen.append(Seen(parts.path, query, self.headers, self.rfile.read(length)))
            found = web.answers.get(parts.path, (404, {}))
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
            status, body = found
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """A mail server. ``refuse``: mailboxes it does not know."""

    port: int = 0
    mails: list[tuple[str, str]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)


@contextmanager
def mail_server() -> Iterator[Post]:
    """As much of SMTP as one mail needs."""
    post = Post()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            def say(text: str) -> None:
                self.wfile.write(text.encode() + b"\r\n")

            say("220 here")
            to = ""
            for raw in self.rfile:
                line = raw.decode().strip()
                verb = line[:4].upper()
                if verb == "RCPT":
                    to = line.partition("<")[2].rstrip(">").partition(">")[0]
                    say("550 unknown" if to in post.refuse else "250 ok")
                elif verb == "DATA":
                    say("354 go on")
                    lines = []
                    for part in self.rfile:
                        if part == b".\r\n":
                            break
                        lines.append(part)
                    post.mails.append((to, b"".join(lines).decode()))
                    say("250 taken")
                elif verb == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    post.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield post
    finally:
        server.shutdown()
        server.server_close()
