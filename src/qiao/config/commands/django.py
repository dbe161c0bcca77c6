"""Django's own commands, for developers: ``qiao django makemigrations``."""

import argparse

NAME = "django"
HELP = "Run one of Django's own commands (developers)."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["qiao", *args.rest])
    return 0
