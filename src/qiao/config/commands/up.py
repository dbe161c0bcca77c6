"""Run an enterprise: database, worker and web server, together and no longer than this command."""

import argparse
import contextlib
import ctypes
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from qiao.config.environment import Environment, read_environment
from qiao.config.serving import web_command

NAME = "up"
HELP = "Run database, worker and web server; stops them on exit."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pack", help="load this pack's demo enterprise when the home is empty")
    parser.add_argument("--port", type=int, help="port of the web server (default QIAO_PORT or 8000)")


def run(args: argparse.Namespace) -> int:
    from qiao.config import preparation

    environment = read_environment()
    port = args.port or environment.port
    if not _free(environment.bind, port):
        print(
            f"Port {port} on {environment.bind} is taken. Say another one: QIAO_PORT={port + 1} or --port {port + 1}.",
            file=sys.stderr,
        )
        return 1
    preparation.prepare()
    if args.pack:
        preparation.load_demo_once(args.pack)
    children = _start(environment, port)
    try:
        if not _wait_for_web(environment.bind, port, children["web"]):
            return 1
        preparation.announce(f"http://{environment.bind}:{port}/")
        return _watch(children)
    finally:
        _stop(children)


def _free(bind: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True


def _start(environment: Environment, port: int) -> dict[str, subprocess.Popen[bytes]]:
    worker = [sys.executable, "-c", "from qiao.config.cli import main; raise SystemExit(main(['worker']))"]
    return {
        "web": subprocess.Popen(web_command(environment, port), preexec_fn=_end_with_parent),
        "worker": subprocess.Popen(worker, preexec_fn=_end_with_parent),
    }


def _end_with_parent() -> None:
    """Linux: children end also when this command is killed."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _wait_for_web(bind: str, port: int, web: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and web.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((bind, port)) == 0:
                return True
        time.sleep(0.1)
    print("The web server did not come up.", file=sys.stderr)
    return False


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait for a signal to stop, or for a child to end by itself, which ends all."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    while not asked:
        for name, child in children.items():
            if child.poll() is not None:
                print(f"The {name} ended with {child.returncode}; stopping.", file=sys.stderr)
                return 1
        time.sleep(0.3)
    return 0


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
