"""Everything between an empty home and a running enterprise, each step idempotent."""

import importlib.util
import sys

from django.conf import settings
from django.core.management import call_command


def prepare() -> None:
    """Migrate the database, make the cache table, enter usual words, lay out static files."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    from qiao.org.actions import enter_usual_words

    enter_usual_words(by=None)
    stamp = settings.QIAO_HOME / "static" / ".laid-out"
    current = _static_state()
    if not settings.DEBUG and (not stamp.exists() or stamp.read_text() != current):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(current)


def _static_state() -> str:
    """Names, sizes and times of all static files, so that an unchanged set is not laid out again."""
    from django.contrib.staticfiles.finders import get_finders

    parts = []
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            parts.append(f"{path}:{storage.size(path)}:{storage.get_modified_time(path).timestamp()}")
    return "\n".join(sorted(parts))


def load_demo_once(pack: str) -> None:
    """Load a pack's demo enterprise when nobody is entered yet."""
    from qiao.org.queries import list_people

    if list_people().exists():
        return
    if importlib.util.find_spec("qiao.config.demo") is None:
        return
    from qiao.config.demo.loading import load  # type: ignore[import-not-found,unused-ignore]

    load(pack, report=lambda text: print(f"  {text}", file=sys.stderr))


def announce(address: str) -> None:
    """Print where Qiao is and who may log in."""
    print(f"\nQiao is at {address}")
    card = settings.QIAO_HOME / "log-ins.txt"
    if card.exists():
        print(card.read_text())
    print("Stop with Ctrl+C.", flush=True)
