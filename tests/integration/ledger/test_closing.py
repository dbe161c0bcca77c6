"""The close: pinned, idempotent, resumable, never rewritten; figures equal what the lines add up to."""

from decimal import Decimal

import pytest

from qiao.customers import actions as customers
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.models import CurrentStanding
from qiao.kernel.errors import RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import actions, queries
from qiao.ledger.core.closing import CloseStep, StepResult
from qiao.ledger.models import Figure, Run
from qiao.runtime.contributions import register, unregister
from qiao.runtime.scope import EVERYTHING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("activity")]
OCTOBER = Month(2026, 10)


@pytest.fixture
def ledger(cast, bills, put):
    """Thirteen months of bills of three customers."""
    rows = []
    for n, month in enumerate(Month.range(Month(2025, 10), OCTOBER)):
        rows.append(f"C-ours,{month},烟,{100 + n}.10,60")
        if n > 3:
            rows.append(f"C-theirs,{month},酒,50.05,20")
        if n < 9:
            rows.append(f"C-far,{month},烟,7,")
    put(bills, rows)
    return cast


def figure(run, kind, holder, code, window="month"):
    return next(
        f.result for f in queries.list_figures(run, kind, holder.pk, window) if f.indicator.code == code
    )


def close(month=OCTOBER):
    return actions.close_month(month=month, by=None)


def test_figures_of_units_and_managers(ledger):
    run = close()
    units, people = ledger.units, ledger.people
    assert figure(run, "unit", units["province"], "revenue").numerator == Decimal("162.15")
    assert figure(run, "unit", units["jia"], "revenue").numerator == Decimal("112.10")
    assert figure(run, "unit", units["province"], "customers_lost", "half").numerator == 1
    assert figure(run, "person", people["manager"], "revenue").numerator == Decimal("112.10")
    yoy = figure(run, "unit", units["jia"], "revenue_yoy")
    assert (yoy.numerator, yoy.denominator) == (Decimal("12.00"), Decimal("100.10"))
    assert figure(run, "unit", units["bing"], "receivables").incomplete.code == "receivables_missing"


def test_a_month_belongs_to_the_manager_of_its_last_day(ledger):
    run = close()
    year = figure(run, "person", ledger.people["manager"], "revenue", "year").numerator
    assert year == sum(
        Decimal(f"{100 + n}.10") for n in range(8, 13)
    )  # from June on: he took over on June 15
    former = figure(run, "person", ledger.people["former"], "revenue", "year").numerator
    assert former == sum(Decimal(f"{100 + n}.10") for n in range(3, 8))


def test_lines_behind_a_figure_add_up_to_it_also_for_the_former_manager(ledger):
    run = close()
    for name in ("manager", "former"):
        holder = queries.Holder("person", ledger.people[name].pk, run)
        chosen = queries.Filter("2026-01", "2026-10", holder=holder)
        found = queries.read_lines(chosen, scope=EVERYTHING, scope_rows=None)
        assert found.revenue_yuan == figure(run, "person", ledger.people[name], "revenue", "year").numerator
    for unit in ledger.units.values():
        holder = queries.Holder("unit", unit.pk, run)
        found = queries.read_lines(
            queries.Filter("2026-01", "2026-10", holder=holder), scope=EVERYTHING, scope_rows=None
        )
        assert found.revenue_yuan == figure(run, "unit", unit, "revenue", "year").numerator


def test_missing_cost_is_a_reason_and_not_a_margin(ledger):
    run = close(Month(2026, 5))
    margin = figure(run, "unit", ledger.units["province"], "margin")
    assert (margin.numerator, margin.incomplete.code, margin.incomplete.params["count"]) == (
        None,
        "cost_missing",
        1,
    )
    assert figure(run, "unit", ledger.units["jia"], "margin").numerator == Decimal("47.10")


def test_closing_the_same_inputs_again_gives_the_same_close(ledger):
    first = close()
    assert close().pk == first.pk
    assert Run.objects.count() == 1


def test_the_same_facts_give_the_same_hash_and_other_facts_another(ledger, bills, put):
    first = close()
    Run.objects.filter(pk=first.pk).update(inputs_digest="forgotten")
    second = close()
    assert second.pk != first.pk
    assert second.result_digest == first.result_digest
    put(bills, ["C-ours,2026-10,烟,1,1"])
    third = close()
    assert third.result_digest != first.result_digest
    assert [r.is_current for r in Run.objects.order_by("pk")] == [False, False, True]
    changed = third.steps.get(code="ledger.inputs").summary["changed_since"]
    assert changed == ["facts.sales"]
    assert figure(first, "unit", ledger.units["jia"], "revenue").numerator == Decimal(
        "112.10"
    )  # never rewritten


def test_a_retroactive_change_of_manager_is_reported_as_changed(ledger):
    close()
    customers.assign(
        customer_ids=[ledger.customers["theirs"].pk], role="primary", person=ledger.people["manager"],
        on=Month(2026, 9).starts_on, reason="补记", by=None, policy=DeputyPolicy(),
    )  # fmt: skip
    again = close()
    assert again.steps.get(code="ledger.inputs").summary["changed_since"] == ["dimensions.assignments"]
    assert figure(again, "person", ledger.people["manager"], "revenue").numerator == Decimal("162.15")


def test_a_close_that_failed_is_taken_up_where_it_stopped(ledger):
    calls = []

    def fragile(context):
        calls.append(context.run_id)
        if len(calls) == 1:
            raise RuntimeError("power cut")
        return StepResult({"n": 1}, "d" * 64)

    step = CloseStep("test.fragile", "Fragile", 50, fragile)
    register(step)
    try:
        with pytest.raises(RuntimeError):
            close()
        broken = Run.objects.get()
        assert (broken.state, broken.is_current) == ("failed", False)
        done_before = broken.steps.get(code="ledger.indicators").seconds
        run = close()
    finally:
        unregister(step)
    assert (run.pk, run.state, calls) == (broken.pk, "done", [run.pk, run.pk])
    assert run.steps.get(code="ledger.indicators").seconds == done_before
    assert run.steps.get(code="test.fragile").digest == "d" * 64


def test_a_month_without_sales_or_not_over_is_refused(ledger):
    with pytest.raises(RuleBroken, match="No sales"):
        close(Month(2025, 9))
    with pytest.raises(RuleBroken, match="has not ended"):
        close(Month(2026, 11))


def test_units_reconcile_with_the_ledger_and_lists_get_their_figures(ledger):
    run = close()
    summary = run.steps.get(code="ledger.summaries").summary
    assert summary["revenue_yuan"] == summary["revenue_in_units_yuan"] == "162.15"
    ours = CurrentStanding.objects.get(customer=ledger.customers["ours"])
    assert (ours.revenue_yuan, ours.activity) == (Decimal("112.10"), "active")
    assert ours.revenue_12_yuan == sum(Decimal(f"{100 + n}.10") for n in range(1, 13))
    assert CurrentStanding.objects.get(customer=ledger.customers["far"]).activity == "lost"


def test_spend_of_customers_for_tiers(ledger):
    table = queries.read_spend(close(), 3)
    rows = {r["customer_id"]: (r["cents"], r["months_since_first"]) for r in table.to_pylist()}
    ours, theirs, far = (ledger.customers[k].pk for k in ("ours", "theirs", "far"))
    assert rows == {ours: (33_330, 13), theirs: (15_015, 9), far: (0, 13)}


def test_a_close_of_figures_has_no_float(ledger):
    run = close()
    shares = Figure.objects.filter(run=run, indicator="margin_share", numerator__isnull=False)
    assert all(isinstance(f.numerator, Decimal) and isinstance(f.denominator, Decimal) for f in shares)
    assert shares.exists()
