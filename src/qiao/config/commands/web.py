"""The web server alone: for service managers that run web and worker apart, on one or several machines."""

import argparse
import os

NAME = "web"
HELP = "Run the web server alone (`qiao up` runs database, worker and web server together)."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="port (default QIAO_PORT or 8000)")


def needs_database(args: argparse.Namespace) -> bool:
    """An embedded server lives as long as this command; the process is replaced where the server is named."""
    from qiao.config.environment import read_environment

    return not read_environment().database_url


def run(args: argparse.Namespace) -> int:
    import subprocess

    from qiao.config.environment import read_environment
    from qiao.config.serving import web_command

    environment = read_environment()
    command = web_command(environment, args.port or environment.port)
    if environment.database_url:
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode
