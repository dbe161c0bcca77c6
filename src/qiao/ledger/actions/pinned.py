"""What a close pinned, as an engine reads it."""

from qiao.ledger.core.facts import Fact
from qiao.ledger.indicators import Sources
from qiao.ledger.models import Run
from qiao.ledger.queries import runs as run_reads


def sources_of(run: Run) -> Sources:
    """The files of facts and dimensions a close read."""
    kinds = ("customers", "homes", "assignments", "placements")
    dimensions = {kind: [run_reads.dimension_path(run, kind)] for kind in kinds}
    facts = {fact.value: run_reads.fact_paths(run, fact) for fact in Fact}
    return Sources(
        **facts,
        **dimensions,
        ranks=run.inputs["ranks"],
        merged=run.inputs["merged"],
        by_day=run.inputs["by_day"],
    )
