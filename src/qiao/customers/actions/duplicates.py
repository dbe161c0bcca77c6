"""Writes about files that look alike: the search over the whole register, and what people say of a pair."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from qiao.customers import queries
from qiao.customers.core.duplicates import DuplicatePolicy, Likeness, score_likeness
from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.jobs import JobHandle
from qiao.runtime.jobs.actions import enqueue

from ..models import DuplicatePair

SEARCH = "customers.find_duplicates"
_UPSERT = """
INSERT INTO customers_duplicatepair (first_id, second_id, points, reasons, state, found_at, search, reason)
SELECT f, s, p, r, 'open', %s, %s, %s FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[], %s::jsonb[]) AS t(f, s, p, r)
ON CONFLICT (first_id, second_id) DO UPDATE
SET points = excluded.points, reasons = excluded.reasons, search = coalesce(excluded.search, customers_duplicatepair.search),
    reason = CASE WHEN excluded.reason = '' THEN customers_duplicatepair.reason ELSE excluded.reason END
WHERE customers_duplicatepair.state = 'open'
"""
Found = tuple[int, int, Likeness]
Alike = Sequence[tuple[int, Likeness]]


def start_search(*, by: Any) -> Any:
    """Queue a search for pairs over all customers; one at a time.

    Raises:
        RuleBroken: One is under way.
    """
    return enqueue(SEARCH, by=by, args={}, key=SEARCH)


@transaction.atomic
def find_pairs(*, policy: DuplicatePolicy, job: JobHandle) -> int:
    """Compare what is worth comparing of the whole register and keep the suspected pairs.

    What a person said of a pair stays; an open pair that is not alike any more goes, unless it was saved anyway.

    Returns:
        How many pairs are suspected now.
    """
    total, done, kept = queries.lay_out_pairs(policy), 0, 0
    for chunk in queries.stream_pairs():
        scored = ((pair.first, pair.second, score_likeness(pair.one, pair.other, policy)) for pair in chunk)
        found = [row for row in scored if row[2].points >= policy.pair_from_points]
        _keep(found, search=job.id, reason="")
        done, kept = done + len(chunk), kept + len(found)
        job.progress(done, total)
        job.check_cancelled()
    DuplicatePair.objects.filter(state="open", reason="").exclude(search=job.id).delete()
    queries.drop_pairs()
    return kept


def _keep(found: Iterable[Found], *, search: int | None, reason: str) -> None:
    rows = list(found)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            [
                clock.now(), search, reason, [r[0] for r in rows], [r[1] for r in rows], [r[2].points for r in rows],
                [_as_json(r[2].reasons) for r in rows],
            ],
        )  # fmt: skip


def _as_json(reasons: Iterable[tuple[str, Decimal]]) -> str:
    return json.dumps([[code, str(points)] for code, points in reasons])


def check_reason(alike: Alike, reason: str) -> None:
    """Refuse to save a file that others look like unless somebody says why it is another customer.

    Raises:
        RuleBroken: No reason is given.
    """
    if alike and not reason.strip():
        raise RuleBroken(
            N_("%(count)s customers look like this one. Open one of them, or say why this is another customer."),
            code="looks_alike", field="anyway", count=len(alike),
        )  # fmt: skip


def note_saved_anyway(*, customer_id: int, alike: Alike, reason: str) -> None:
    """Remember that a file was saved though others look like it, in the caller's transaction."""
    pairs = [(min(customer_id, pk), max(customer_id, pk), likeness) for pk, likeness in alike]
    _keep(pairs, search=None, reason=reason[:200])


@transaction.atomic
def call_different(*, pair_id: int, reason: str, by: Any) -> DuplicatePair:
    """Two files are not of one customer; no search brings the pair back.

    Raises:
        RuleBroken: No reason is given, or the pair was decided before.
    """
    if not reason.strip():
        raise RuleBroken(
            N_("Say why the two are different customers."), code="reason_missing", field="reason"
        )
    pair = DuplicatePair.objects.select_for_update().get(pk=pair_id)
    if pair.state != DuplicatePair.State.OPEN:
        raise RuleBroken(N_("This pair was decided before."), code="pair_decided")
    pair.state, pair.reason = DuplicatePair.State.DIFFERENT, reason.strip()[:200]
    pair.decided_by, pair.decided_at = by, clock.now()
    pair.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return pair


@transaction.atomic
def look_at_again(*, pair_id: int, by: Any) -> DuplicatePair:
    """Take back that two files are different: the pair waits to be looked at again.

    Raises:
        RuleBroken: It waits already, or the files are merged.
    """
    pair = DuplicatePair.objects.select_for_update().get(pk=pair_id)
    if pair.state != DuplicatePair.State.DIFFERENT:
        raise RuleBroken(N_("This pair is not marked as different."), code="pair_not_different")
    pair.state, pair.decided_by, pair.decided_at = DuplicatePair.State.OPEN, by, clock.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    return pair
