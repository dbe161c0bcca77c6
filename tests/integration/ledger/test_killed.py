"""kill -9 at any moment of an import: all of it shows, or nothing does, and the next attempt succeeds."""

import os
import random
import subprocess
import sys
from decimal import Decimal

import pytest
from django.db import connection

from qiao.ledger import actions, queries
from qiao.ledger.models import Batch
from tests.integration.ledger.conftest import MONTHLY, ledger_total

KILLS = int(os.environ.get("QIAO_KILLS", "5"))
ROWS = [f"C-ours,{year}-{month:02d},烟,{month}.01,1" for year in (2024, 2025) for month in (1, 2, 3)]
WHOLE = sum(Decimal(row.split(",")[3]) for row in ROWS)


def attempt(path, home, die_at):
    """One import in a process of its own that dies at a step; returns what it printed."""
    db = connection.settings_dict
    account = db["USER"] + (f":{db['PASSWORD']}" if db["PASSWORD"] else "")
    environment = {
        **os.environ,
        "QIAO_DATABASE_URL": f"postgresql://{account}@{db['HOST']}:{db['PORT']}/{db['NAME']}",
        "DJANGO_SETTINGS_MODULE": "qiao.config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TRY_HOME": str(home),
    }
    script = os.path.join(os.path.dirname(__file__), "killed_import.py")
    return subprocess.run(
        [sys.executable, script, str(path), str(die_at)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_any_step_shows_wholly_or_not_at_all(cast, home, tmp_path):
    feed = actions.put_feed(mapping_text=MONTHLY, name="bills.yaml", by=None)
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["客户,账期,品类,金额,成本", *ROWS]) + "\n", encoding="utf-8")
    whole = attempt(path, home, 10**9)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout)
    assert ledger_total() == WHOLE
    actions.undo_batch(batch_id=Batch.objects.get().pk, by=None)
    for die_at in sorted(random.Random(20).sample(range(1, steps + 1), min(KILLS, steps))):
        killed = attempt(path, home, die_at)
        assert killed.returncode == -9, (die_at, killed.stderr)
        assert ledger_total() in {Decimal(0), WHOLE}, die_at
        last = Batch.objects.order_by("pk").last()
        if ledger_total() == 0:
            if last.state in {"received", "checked"}:  # what a restarted job does
                actions.check_batch(batch_id=last.pk)
                actions.write_batch(batch_id=last.pk, by=None)
            else:
                actions.import_file(feed=feed, path=path, by=None)
        assert ledger_total() == WHOLE, die_at
        actions.undo_batch(batch_id=Batch.objects.filter(state="written").latest("pk").pk, by=None)
    live = queries.named_digests()
    actions.collect_orphans(older_than_seconds=0)
    assert {digest for _, digest in queries.lake().files()} <= live
