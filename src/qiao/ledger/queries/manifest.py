"""What the manifest says is in the lake."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from qiao.kernel.period import Month
from qiao.ledger.core.decide import Coverage
from qiao.ledger.core.facts import Fact, Grain
from qiao.ledger.lake import Lake
from qiao.ledger.models import Batch, Cube, Feed, LakeFile, Run


def lake() -> Lake:
    """The enterprise's lake."""
    return Lake(Path(settings.QIAO_HOME) / "lake")


def files_root() -> Path:
    """Where uploads and error files of imports lie."""
    return Path(settings.QIAO_HOME) / "ledger"


def live_files(fact: str, *, until: str | None = None) -> QuerySet[LakeFile]:
    """Files that count, oldest month first, up to a month."""
    rows = LakeFile.objects.filter(fact=fact, live=True).order_by("month", "feed_id", "id")
    return rows.filter(month__lte=until) if until else rows


@dataclass(frozen=True, slots=True)
class SalesFiles:
    """Live sales of some months.

    Attributes:
        paths: Where they lie.
        ranks: Precedence of each source among them.
        months: Months they cover.
    """

    paths: list[Path]
    ranks: dict[str, int]
    months: frozenset[str]


def find_sales(since: str, until: str) -> SalesFiles:
    """Everything needed to read the sales of some months, in one query."""
    rows = live_files(Fact.SALES, until=until).filter(month__gte=since)
    found = list(rows.values_list("month", "digest", "feed__code", "feed__precedence"))
    root = lake()
    return SalesFiles(
        [root.path_of(Fact.SALES, f"month={month}", digest) for month, digest, _, _ in found],
        {code: precedence for _, _, code, precedence in found},
        frozenset(month for month, *_ in found),
    )


def sales_version(since: str, until: str) -> str:
    """A name of what the sales of some months are now; another import gives another name."""
    rows = live_files(Fact.SALES, until=until).filter(month__gte=since)
    listed = "|".join(f"{m}:{d}:{p}" for m, d, p in rows.values_list("month", "digest", "feed__precedence"))
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def months_of_feed(feed: Feed) -> list[str]:
    """Months a feed has live files for."""
    rows = LakeFile.objects.filter(feed=feed, live=True).order_by("month")
    return list(rows.values_list("month", flat=True).distinct())


def get_coverage(until: str | None = None) -> Coverage:
    """Months each fact is known for."""
    rows = LakeFile.objects.filter(live=True)
    if until:
        rows = rows.filter(month__lte=until)
    known: dict[str, set[Month]] = {fact: set() for fact in Fact}
    for fact, month in rows.values_list("fact", "month").distinct():
        known[fact].add(Month.parse(month))
    return Coverage(*(frozenset(known[fact]) for fact in (Fact.SALES, Fact.RECEIVABLES, Fact.PAYMENTS)))


def last_known_month() -> str | None:
    """The newest month with sales, closed or not."""
    return live_files(Fact.SALES).order_by("-month").values_list("month", flat=True).first()


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a close reads of the manifest, in one query: an import written meanwhile is in all of it or in none.

    Attributes:
        facts: Every live file by fact: (month, digest).
        ranks: Precedence of every feed with sales among them.
        by_day: Whether any of these feeds tells sales by day.
    """

    facts: dict[str, list[list[str]]]
    ranks: dict[str, int]
    by_day: bool


def pin_facts(until: str) -> Pinned:
    """The live files up to a month."""
    rows = LakeFile.objects.filter(live=True, month__lte=until).order_by("month", "feed_id", "id")
    facts: dict[str, list[list[str]]] = {fact.value: [] for fact in Fact}
    ranks: dict[str, int] = {}
    by_day = False
    for fact, month, digest, code, precedence, grain in rows.values_list(
        "fact", "month", "digest", "feed__code", "feed__precedence", "feed__grain"
    ):
        facts[fact].append([month, digest])
        if fact == Fact.SALES:
            ranks[code] = precedence
            by_day = by_day or grain == Grain.DAY
    return Pinned(facts, dict(sorted(ranks.items())), by_day)


def named_digests() -> set[str]:
    """Every file some row names: live or superseded, staged by a dry run, pinned or made by a close."""
    named = set(LakeFile.objects.values_list("digest", flat=True))
    waiting = Batch.objects.filter(state__in=[Batch.State.RECEIVED, Batch.State.CHECKED])
    for files in waiting.values_list("files", flat=True):
        named |= {file["digest"] for file in files}
    for inputs in Run.objects.values_list("inputs", flat=True):
        named |= set(_digests(inputs.get("dimensions", {}).values()))
        named |= set(_digests(inputs.get("results", {}).values()))
    for pair in Cube.objects.values_list("cube_digest", "mix_digest"):
        named |= set(pair)
    return named


def _digests(values: Iterable[object]) -> Iterable[str]:
    return (value for value in values if isinstance(value, str))
