"""The command ``qiao``. Commands call the same actions as pages and API."""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType

from qiao.config import commands
from qiao.config.house import database_up
from qiao.kernel.errors import BadInput, BadSettings, QiaoError, RuleBroken
from qiao.runtime.database import DatabaseTrouble


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 refused, 2 wrong usage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.config.settings")
    parser = build_parser()
    args = parser.parse_args(arguments)
    module: ModuleType = args.module
    try:
        if not _needs_database(module, args):
            return int(module.run(args))
        with database_up():
            return int(module.run(args))
    except BadInput as error:
        return _refused(str(error))
    except (BadSettings, DatabaseTrouble) as error:
        return _refused(str(error))
    except RuleBroken as error:
        return _refused(str(error))
    except QiaoError as error:
        return _refused(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        return _refused("stopped")
    except Exception as error:
        if refusal := _full_disk(error):
            return _refused(refusal)
        raise


def _full_disk(error: Exception) -> str:
    """What to say of a full disk; empty when it is another error."""
    from django.conf import settings

    if not settings.configured:
        return ""
    from qiao.runtime.disk import find_full_disk

    return str(find_full_disk(error) or "")


def _needs_database(module: ModuleType, args: argparse.Namespace) -> bool:
    """Whether the database runs before the command: ``NEEDS_DATABASE``, or ``needs_database(args)`` where it depends."""
    decide = getattr(module, "needs_database", None)
    return bool(decide(args)) if decide else bool(getattr(module, "NEEDS_DATABASE", True))


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command of :mod:`qiao.config.commands`."""
    parser = argparse.ArgumentParser(
        prog="qiao", description="Qiao (桥): account-manager organisations end to end."
    )
    parser.set_defaults(parser=parser)
    below = parser.add_subparsers(metavar="command", required=True)
    for found in sorted(pkgutil.iter_modules(commands.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{commands.__name__}.{found.name}")
        command = below.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.configure(command)
        command.set_defaults(module=module)
    return parser


def _refused(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
