"""Two grains of one fact: where both are known for a customer's month, do they agree to the cent?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qiao.ledger.lake import Bounds, connect, literal, one, read_files


@dataclass(frozen=True, slots=True)
class GrainComparison:
    """Customer months known at more than one precedence.

    Attributes:
        both: Customer months known twice; only the first precedence counts.
        differing: Those whose amounts differ.
        difference_cents: Sum of (what does not count − what counts) over them.
    """

    both: int = 0
    differing: int = 0
    difference_cents: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain data for a record."""
        return asdict(self)


def compare_grains(paths: Sequence[Path], ranks: Mapping[str, int]) -> GrainComparison:
    """Compare what counts with each finer or coarser source of the same customer and month.

    Args:
        paths: Live files of sales.
        ranks: Precedence of every source.
    """
    if not paths or len(set(ranks.values())) < 2:
        return GrainComparison()
    cases = " ".join(f"WHEN {literal(source)} THEN {rank}" for source, rank in ranks.items())
    con = connect(Bounds(memory_mb=1024))
    try:
        row = one(
            con,
            'WITH sums AS (SELECT customer_id, last_day("on") AS month, '
            f"CASE source {cases} END AS rank, sum(revenue_cents) AS cents FROM {read_files(paths)} GROUP BY 1, 2, 3), "
            "best AS (SELECT *, min(rank) OVER (PARTITION BY customer_id, month) AS first FROM sums), "
            "pairs AS (SELECT o.cents - c.cents AS apart FROM best c JOIN best o USING (customer_id, month) "
            "WHERE c.rank = c.first AND o.rank > o.first) "
            "SELECT count(*), count(*) FILTER (apart <> 0), coalesce(sum(apart), 0)::BIGINT FROM pairs",
        )
        return GrainComparison(*row)
    finally:
        con.close()
