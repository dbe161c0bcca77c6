"""Run by a test in a process of its own: import a file and die at the n-th step, as by kill -9."""

import os
import signal
import sys
from pathlib import Path


def main(path: str, die_at: int) -> None:
    """Import ``path`` into the feed ``bills``; the process kills itself when its ``die_at``-th step begins."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction

    from qiao.ledger import actions, queries
    from qiao.ledger.feeds import reading
    from qiao.ledger.lake import Lake
    from qiao.ledger.models import LakeFile

    settings.QIAO_HOME = Path(os.environ["TRY_HOME"])
    steps = 0

    def before(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def step(*args, **kwargs):
            nonlocal steps
            steps += 1
            if steps == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        setattr(owner, name, step)

    before(reading, "load_source")
    before(reading, "_stage")
    before(Lake, "adopt")
    before(Lake, "discard")
    before(LakeFile, "save")
    before(transaction.Atomic, "__exit__")
    actions.import_file(feed=queries.get_feed("bills"), path=Path(path), by=None)
    print(steps)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
