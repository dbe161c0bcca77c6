"""One row of everything a page of the ledger shows, for tests of addresses."""

from typing import Any

from qiao.ledger import actions
from qiao.ledger.actions.importing import folder_of
from qiao.ledger.models import Batch, Figure, Run
from qiao.runtime import clock
from tests.integration.ledger.conftest import MONTHLY


def make_rows(cast: Any) -> dict[str, Any]:
    """A feed, a refused import with an error file, a close, a figure of 甲县."""
    feed = actions.put_feed(mapping_text=MONTHLY, name="bills.yaml", by=None)
    batch = Batch.objects.create(
        feed=feed,
        file_name="十月.csv",
        digest="0" * 64,
        mapping=MONTHLY,
        mode="replace",
        at=clock.now(),
        state="refused",
    )
    folder_of(batch).mkdir(parents=True, exist_ok=True)
    (folder_of(batch) / "errors.csv").write_text("x\n", encoding="utf-8")
    run = Run.objects.create(
        month="2026-10",
        state="done",
        is_current=True,
        started_at=clock.now(),
        finished_at=clock.now(),
        code_version="0",
    )
    figure = Figure.objects.create(
        run=run, window="month", period="2026-10", holder_kind="unit", holder_id=cast.units["jia"].pk,
        indicator="revenue", version=1, numerator=1,
    )  # fmt: skip
    return {"feed": feed, "batch": batch, "run": run, "figure": figure}
