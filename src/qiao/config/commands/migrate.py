"""Bring the database to this version of Qiao."""

import argparse

NAME = "migrate"
HELP = "Bring the database to this version (done by `qiao up` as well)."


def configure(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    from qiao.config.preparation import prepare

    prepare()
    return 0
