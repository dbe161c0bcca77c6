"""How the web server is started, by ``qiao up`` and by ``qiao web``."""

import sys
from pathlib import Path

from qiao.config.environment import Environment


def web_command(environment: Environment, port: int) -> list[str]:
    """The command line of the web server; its files of counted requests are emptied before."""
    from qiao.config import metrics

    metrics.forget()
    return [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", environment.bind, "--port", str(port),
        "--workers", str(environment.web_workers), "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers",
        "--log-level", "warning", "qiao.config.wsgi:application",
    ]  # fmt: skip
