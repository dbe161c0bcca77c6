"""The ledger's own steps of a close."""

from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from qiao.customers import actions as customers
from qiao.customers import queries as customer_reads
from qiao.kernel.errors import N_, RuleBroken
from qiao.kernel.money import CENT, yuan_from_cents
from qiao.kernel.period import Month
from qiao.ledger import queries
from qiao.ledger.actions.closing import AlreadyClosed
from qiao.ledger.actions.cubing import CUBE_STEP
from qiao.ledger.actions.pinned import sources_of
from qiao.ledger.actions.pinning import catalogue_versions, digest_of, pin_dimensions
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.core.closing import CloseContext, CloseStep, StepResult
from qiao.ledger.core.decide import Coverage, decide_result
from qiao.ledger.core.results import Result
from qiao.ledger.feeds.grains import compare_grains
from qiao.ledger.indicators import DuckEngine, HolderSums, Task, compute
from qiao.ledger.lake import connect
from qiao.ledger.models import Figure, Run
from qiao.ledger.queries import runs as run_reads
from qiao.ledger.queries.runs import coverage_of
from qiao.org import queries as org
from qiao.rulebook import queries as rulebook

SECTION = {"people": "person", "units": "unit"}


def check_imports(context: CloseContext) -> StepResult:
    """Is the month there, are months missing before it, do finer grains agree with what counts?

    Raises:
        RuleBroken: No sales of the month.
    """
    coverage = queries.get_coverage(str(context.month))
    if context.month not in coverage.sales:
        raise RuleBroken(
            N_("No sales are imported for %(month)s."), code="no_sales", month=str(context.month)
        )
    first = min(coverage.sales)
    gaps = [str(m) for m in Month.range(first, context.month) if m not in coverage.sales]
    files = queries.find_sales(str(context.month), str(context.month))
    grains = compare_grains(files.paths, files.ranks)
    return StepResult({"first_month": str(first), "gaps": gaps, "grains": grains.as_json()})


def pin_inputs(context: CloseContext) -> StepResult:
    """Pin facts, dimensions and policy; end here when the same inputs were closed before."""
    run = Run.objects.get(pk=context.run_id)
    lake, staging = queries.lake(), f"run-{run.pk}"
    try:
        merged = dict(customer_reads.list_merged())
        dimensions = pin_dimensions(context.month, lake.staging(staging), merged)
    finally:
        lake.discard(staging)
    pinned = queries.pin_facts(str(context.month))
    inputs: dict[str, Any] = {
        "facts": pinned.facts,
        "dimensions": dimensions,
        "ranks": pinned.ranks,
        "merged": bool(merged),
        "by_day": pinned.by_day,
        "policy": _policy(context.month),
        "indicators": catalogue_versions(),
    }
    digest = digest_of(inputs)
    before = queries.find_current_run(run.month)
    if before is not None and before.inputs_digest == digest:
        raise AlreadyClosed(before.pk)
    run.inputs, run.inputs_digest = inputs, digest
    run.save(update_fields=["inputs", "inputs_digest"])
    return StepResult({"inputs": digest, "changed_since": _changed(before, inputs)})


def _policy(month: Month) -> list[list[Any]]:
    rows = rulebook.list_in_force(month.last_day)
    return [[row.code, row.version, row.digest] for row in rows]


def _changed(before: Run | None, inputs: dict[str, Any]) -> list[str]:
    """What differs from the close that spoke for the month so far."""
    if before is None or not before.inputs:
        return []
    parts = [
        f"dimensions.{k}" for k, d in inputs["dimensions"].items() if before.inputs["dimensions"].get(k) != d
    ]
    parts += [f"facts.{k}" for k, d in inputs["facts"].items() if before.inputs["facts"].get(k) != d]
    return parts + [k for k in ("ranks", "policy", "indicators") if before.inputs.get(k) != inputs[k]]


def compute_indicators(context: CloseContext) -> StepResult:
    """Measures of every customer, manager and unit, in four windows; figures with their reasons."""
    run = Run.objects.get(pk=context.run_id)
    rule = rulebook.get_policy(ActivityRule, on=context.month.last_day).body
    lake, staging = queries.lake(), f"run-{run.pk}"
    folder = lake.staging(staging)
    con = connect(spill=folder)
    try:
        target = folder / "customers.parquet"
        task = Task(context.month, rule, sources_of(run), target)
        sums = compute(DuckEngine(con), task, context.progress)
        stored = lake.adopt(target, "results", f"month={run.month}")
    finally:
        con.close()
        lake.discard(staging)
    run.inputs = {**run.inputs, "results": {"customers": stored.digest}}
    run.save(update_fields=["inputs"])
    figures = _list_figures(sums, coverage_of(run), rule)
    _write_figures(run, figures)
    incomplete = sum(1 for *_, result in figures if result.incomplete)
    digest = digest_of([stored.digest, [[*row[:6], _plain(row[6])] for row in figures]])
    return StepResult({"figures": len(figures), "incomplete": incomplete}, digest)


FigureKey = tuple[str, str, str, int, str, int, Result]


def _list_figures(sums: list[HolderSums], coverage: Coverage, rule: ActivityRule) -> list[FigureKey]:
    figures: list[FigureKey] = []
    for section, kind in SECTION.items():
        level = "manager" if kind == "person" else "unit"
        for holder_sums in sums:
            window = holder_sums.window
            for holder, measures in sorted(getattr(holder_sums, section).items()):
                for indicator in CATALOGUE:
                    if level in indicator.levels:
                        result = decide_result(indicator, measures, window, coverage, rule)
                        key = (
                            window.kind,
                            str(window.period),
                            kind,
                            holder,
                            indicator.code,
                            indicator.version,
                        )
                        figures.append((*key, result))
    return figures


def _plain(result: Result) -> list[Any]:
    incomplete = [result.incomplete.code, result.incomplete.params] if result.incomplete else None
    remark = [result.remark.code, result.remark.params] if result.remark else None
    return [_text(result.numerator), _text(result.denominator), incomplete, remark]


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount.normalize() + 0, "f")


def _write_figures(run: Run, figures: list[FigureKey]) -> None:
    Figure.objects.filter(run=run).delete()
    columns = "run_id, window, period, holder_kind, holder_id, indicator, version, numerator, denominator, incomplete, remark"
    columns = columns.replace("window", '"window"')
    with connection.cursor() as cursor, cursor.copy(f"COPY ledger_figure ({columns}) FROM STDIN") as copy:
        for window, period, kind, holder, code, version, result in figures:
            incomplete, remark = result.incomplete, result.remark
            copy.write_row(
                (
                    run.pk, window, period, kind, holder, code, version, result.numerator, result.denominator,
                    _json(incomplete.reason, incomplete, "reason") if incomplete else None,
                    _json(remark.message, remark, "message") if remark else None,
                )
            )  # fmt: skip


def _json(text: str, said: Any, name: str) -> Jsonb:
    return Jsonb({name: text, "params": said.params, "code": said.code})


def summarise(context: CloseContext) -> StepResult:
    """Reconcile units with the ledger, and bring customers' current figures up to the month."""
    run = Run.objects.get(pk=context.run_id)
    rule = rulebook.get_policy(ActivityRule, on=context.month.last_day).body
    total = _total_of_month(run)
    roots = run.figures.filter(
        holder_kind="unit", window="month", indicator="revenue", holder_id__in=_roots(context.month)
    )
    in_units = sum((figure.numerator or Decimal(0) for figure in roots), Decimal("0.00"))
    published = customers.publish_figures(
        month=context.month.starts_on, run_id=run.pk, rows=_current_rows(run, rule), by=context.by
    )
    summary = {
        "revenue_yuan": str(total),
        "revenue_in_units_yuan": str(in_units.quantize(CENT)),
        "revenue_without_unit_yuan": str((total - in_units).quantize(CENT)),
        "customers": published,
    }
    return StepResult(summary, digest_of(summary))


def _roots(month: Month) -> tuple[int, ...]:
    return org.get_tree(month.last_day).roots


def _total_of_month(run: Run) -> Decimal:
    table = queries.read_customers(run, "month", ["revenue"])
    return yuan_from_cents(sum(table["revenue"].to_pylist()))


def _current_rows(run: Run, rule: ActivityRule) -> Any:
    """What lists of customers sort and filter by, per customer."""
    until = Month.parse(run.month)
    coverage = coverage_of(run)
    names = ["revenue", "last_3", "last_12", "active", "new", "first_on", "last_on"]
    table = queries.read_customers(run, "month", names)
    year_ago = _last_3_before(run, until - 12) if _knows(coverage, until - 14, until - 12) else None
    knows_12 = _knows(coverage, until - 11, until)
    for row in table.to_pylist():
        since = (until.last_day - row["last_on"]).days if row["last_on"] else None
        before = (year_ago or {}).get(row["customer_id"])
        yield {
            "customer_id": row["customer_id"],
            "revenue_yuan": yuan_from_cents(row["revenue"]),
            "revenue_12_yuan": yuan_from_cents(row["last_12"]) if knows_12 else None,
            "change_share": (Decimal(row["last_3"]) / before - 1).quantize(Decimal("0.0001"))
            if before
            else None,
            "last_order_on": row["last_on"],
            "activity": _activity(row, since, rule),
        }


def _knows(coverage: Coverage, first: Month, last: Month) -> bool:
    return all(month in coverage.sales for month in Month.range(first, last))


def _last_3_before(run: Run, until: Month) -> dict[int, int]:
    """Revenue of three months ending a year ago, in cents, positive amounts only: there is no change from nothing."""
    table = run_reads.read_spend_until(run, until, 3)
    pairs = zip(table["customer_id"].to_pylist(), table["cents"].to_pylist(), strict=True)
    return {customer: cents for customer, cents in pairs if cents > 0}


def _activity(row: dict[str, Any], since: int | None, rule: ActivityRule) -> str:
    if row["new"]:
        return "new"
    if since is None:
        return ""
    if since >= rule.lost_days:
        return "lost"
    return "silent" if since >= rule.silent_days else "active"


STEPS = (
    CloseStep("ledger.imports", N_("Check the imports"), 10, check_imports),
    CloseStep("ledger.inputs", N_("Pin facts, dimensions and policy"), 20, pin_inputs),
    CloseStep("ledger.indicators", N_("Compute the indicators"), 30, compute_indicators),
    CUBE_STEP,
    CloseStep("ledger.summaries", N_("Reconcile and publish"), 90, summarise),
)
