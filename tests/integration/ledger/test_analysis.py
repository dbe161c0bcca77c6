"""Free analysis: its figures are the published ones, within the reader's reach, down to the lines behind them."""

import threading
import time
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from qiao.kernel.errors import RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import access, actions, queries
from qiao.ledger.actions.saving import MAIL_CLOCK
from qiao.ledger.addresses import read_exactly
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.mailing import render_mail
from qiao.ledger.models import AnalysisMail, Cube, SavedAnalysis
from qiao.ledger.queries import pivoting
from qiao.org.access import viewer_of
from qiao.runtime import clock
from qiao.runtime.channels.mail import _html
from qiao.runtime.models import ExportRecord, Job
from qiao.work import actions as work
from qiao.work.actions.deliveries import _message
from qiao.work.models import Clock, Delivery, InboxItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("activity")]
OCTOBER = Month(2026, 10)


@pytest.fixture
def ledger(cast, bills, put):
    """Twenty-five months of bills of three customers, the last two closed."""
    rows = []
    for n, month in enumerate(Month.range(Month(2024, 10), OCTOBER)):
        rows.append(f"C-ours,{month},烟,{100 + n}.10,60")
        rows.append(f"C-ours,{month},酒,20,10")
        if n > 3:
            rows.append(f"C-theirs,{month},酒,{50 + n}.05,20")
        if n < 9:
            rows.append(f"C-far,{month},烟,7,5")
    put(bills, rows)
    for month in Month.range(Month(2026, 9), OCTOBER):
        actions.close_month(month=month, by=None)
    return cast


def ask(cast, member, query, **more):
    viewer = viewer_of(cast.users[member])
    asked = read_exactly(query)
    return queries.answer(asked, access.analysis_reach(viewer, asked), **more)


def one(table, line=(), column=(), place=0):
    return table.cells[line, column][place].result


@pytest.mark.parametrize("window", ["month", "quarter", "half", "year"])
def test_totals_are_the_published_figures_of_units_managers_and_customers(ledger, window):
    run = queries.find_current_run("2026-10")
    codes = [i.code for i in CATALOGUE]
    for start in range(0, len(codes), 6):
        some = codes[start : start + 6]
        chosen = "&".join(f"i={code}" for code in some)
        for kind, dimension in (
            ("unit", "unit1"),
            ("unit", "unit2"),
            ("unit", "unit3"),
            ("person", "manager"),
        ):
            table = ask(ledger, "administrator", f"{chosen}&r={dimension}&by={window}&last=1")
            for line in table.lines:
                if line[0] is None:
                    continue
                published = queries.list_windows_of(run, kind, line[0])[window]
                for place, code in enumerate(some):
                    assert one(table, line, (), place) == published[code].result, (line, code)
    table = ask(ledger, "administrator", f"i=revenue&r=customer&by={window}&last=1")
    wide = queries.read_customers(run, window, ["revenue"]).to_pylist()
    assert {line[0]: int(one(table, line).numerator * 100) for line in table.lines} == {
        row["customer_id"]: row["revenue"]
        for row in wide
        if row["revenue"] or row["customer_id"] in {k[0] for k in table.lines}
    }


def test_ratios_are_formed_from_sums_and_never_added(ledger):
    table = ask(ledger, "administrator", "i=margin_share&i=revenue&r=unit2&r=unit3&c=period&by=month&last=2")
    whole = one(table)
    parts = [one(table, line) for line in table.lines if len(line) == 1]
    assert whole.numerator == sum(p.numerator for p in parts)
    assert whole.denominator == sum(p.denominator for p in parts)
    assert whole.denominator == one(table, (), (), 1).numerator
    months = [one(table, (), column, 1).numerator for column in table.columns]
    assert sum(months) == one(table, (), (), 1).numerator


def test_what_is_no_sum_over_periods_says_so(ledger):
    table = ask(ledger, "administrator", "i=customers_active&i=revenue&r=unit2&c=period&by=month&last=2")
    assert one(table).incomplete.code == "not_over_periods"
    assert one(table, (), ("2026-10",)).numerator == 2
    assert one(ask(ledger, "administrator", "i=customers_active&by=quarter&last=1")).numerator == 2


def test_the_change_of_revenue_is_the_published_one(ledger):
    run = queries.find_current_run("2026-10")
    table = ask(ledger, "administrator", "i=revenue&r=unit3&by=month&last=1&cmp=year")
    for line in table.lines:
        published = queries.list_figures(run, "unit", line[0])
        yoy = next(f.result for f in published if f.indicator.code == "revenue_yoy")
        assert table.cells[line, ()][0].other.numerator == yoy.denominator
        assert table.cells[line, ()][0].change == yoy.value
    other = ask(ledger, "administrator", "i=orders&i=customers_active&by=month&last=1&cmp=before")
    assert other.cells[(), ()][1].other.numerator == 2


def test_categories_add_up_and_refuse_what_needs_whole_customers(ledger):
    table = ask(ledger, "administrator", "i=revenue&i=customers_active&r=category&by=quarter&last=1")
    whole = ask(ledger, "administrator", "i=revenue&by=quarter&last=1")
    assert len(table.lines) == 2
    assert sum(one(table, line).numerator for line in table.lines) == one(whole).numerator
    assert one(table, (), (), 1).numerator == 2, "who buys two categories counts once in the whole"
    assert sum(one(table, line, (), 1).numerator for line in table.lines) == 3
    with pytest.raises(RuleBroken) as refused:
        read_exactly("i=customers_lost&r=category")
    assert refused.value.code == "not_known_by"


def test_an_average_and_the_largest_with_the_rest(ledger):
    table = ask(ledger, "administrator", "i=revenue&r=customer&by=month&last=1&top=1&cmp=average")
    assert [line[0] for line in table.lines] == [ledger.customers["ours"].pk, -1]
    rest = one(table, (-1,)).numerator
    assert one(table).numerator == one(table, table.lines[0]).numerator + rest
    assert table.cells[table.lines[0], ()][0].other.numerator * 2 == one(table).numerator


def test_everybody_sees_his_own(ledger):
    ours, theirs = ledger.customers["ours"].pk, ledger.customers["theirs"].pk
    query = "i=revenue&r=customer&by=month&last=1"
    seen = {
        m: {line[0] for line in ask(ledger, m, query).lines}
        for m in ("manager", "deputy", "supervisor", "neighbour", "former")
    }
    assert seen["manager"] == seen["deputy"] == {ours}, "a deputy sees what the primary sees"
    assert seen["supervisor"] == {ours, theirs}
    assert seen["neighbour"] == {theirs}
    assert theirs not in seen["former"]
    gone = one(ask(ledger, "former", f"i=revenue&by=month&last=1&f.customer={ours}"))
    assert gone.numerator == 0, "of a customer handed over only the months that were his count"
    run = queries.find_current_run("2026-10")
    for member, kind, holder in (
        ("supervisor", "unit", ledger.units["east"]),
        ("manager", "person", ledger.people["manager"]),
    ):
        own = ask(ledger, member, "i=revenue&by=month&last=1")
        published = next(
            f.result for f in queries.list_figures(run, kind, holder.pk) if f.indicator.code == "revenue"
        )
        assert one(own) == published


def test_a_former_manager_keeps_the_figures_of_his_own_months(ledger):
    actions.close_month(month=Month(2026, 5), by=None)
    table = ask(ledger, "former", "i=revenue&r=customer&by=month&since=2026-05&until=2026-05")
    assert [line[0] for line in table.lines] == [ledger.customers["ours"].pk]


def test_the_outsider_gets_nothing(ledger, log_in, call):
    client = log_in("outsider")
    for path in (
        "",
        "?i=revenue&r=unit2",
        "cell/?i=revenue",
        "filter/?of=tier",
        "save/",
        "?i=revenue&export=csv",
    ):
        assert client.get(f"/ledger/analysis/{path}").status_code == 403
    send = call("hr", ["org.view"])
    assert send("GET", "/ledger/analysis").status_code == 403


def test_lines_behind_a_cell_add_up_to_it(ledger, log_in):
    unit = ledger.units["jia"].pk
    for member, query in (
        ("administrator", f"i=revenue&by=month&since=2026-09&until=2026-09&f.unit3={unit}"),
        ("supervisor", "i=revenue&by=quarter&since=2026-10&until=2026-10"),
        ("manager", "i=revenue&by=month&since=2026-10&until=2026-10&f.tier=-"),
    ):
        asked = read_exactly(query)
        months = queries.find_cell_months(
            asked, access.analysis_reach(viewer_of(ledger.users[member]), asked)
        )
        since, until = queries.span_of(asked)
        chosen = queries.Filter(since, until, months=months)
        from qiao.runtime.scope import EVERYTHING

        found = queries.read_lines(chosen, scope=EVERYTHING, scope_rows=None)
        assert found.total
        assert found.revenue_yuan == one(ask(ledger, member, query)).numerator
    page = log_in("manager").get(
        "/ledger/lines/?"
        + urlencode({"since": "2026-10", "until": "2026-10", "cell": "i=revenue&by=month&last=1"})
    )
    assert page.status_code == 200
    assert page.context["found"].revenue_yuan == Decimal("144.10")


def test_a_category_cell_leads_to_its_lines_only(ledger, log_in):
    table = ask(ledger, "administrator", "i=revenue&r=category&by=month&last=1")
    client = log_in("administrator")
    for line in table.lines:
        cell = f"i=revenue&by=month&last=1&f.category={line[0]}"
        page = client.get(
            "/ledger/lines/?" + urlencode({"since": "2026-10", "until": "2026-10", "cell": cell})
        )
        assert page.context["found"].revenue_yuan == one(table, line).numerator


def test_the_page_shows_table_chart_and_panel(ledger, log_in):
    client = log_in("supervisor")
    page = client.get(
        "/ledger/analysis/?i=revenue&i=margin_share&r=unit3&c=period&by=month&last=3&cmp=before"
    )
    assert page.status_code == 200
    text = page.content.decode()
    assert "甲县" in text
    assert "乙县" in text
    assert "西市" not in text
    assert "data-chart" in text
    cell = client.get(
        f"/ledger/analysis/cell/?i=revenue&r=unit3&c=period&by=month&last=3&kr={ledger.units['jia'].pk}&kc=2026-10&at=revenue"
    )
    assert "144.10" in cell.content.decode()
    assert "cell=" in cell.content.decode()
    assert client.get("/ledger/analysis/").status_code == 200
    for code in (
        "within",
        "unit3",
        "manager",
        "customer",
        "category",
        "product",
        "tier",
        "industry",
        "stage",
        "core",
    ):
        assert client.get(f"/ledger/analysis/filter/?i=revenue&of={code}&q=a").status_code == 200
    assert client.get("/ledger/analysis/filter/?i=revenue&of=nothing").status_code == 404


def test_too_much_is_refused_with_advice_and_never_by_running_away(ledger, log_in, monkeypatch):
    with pytest.raises(RuleBroken) as refused:
        ask(ledger, "administrator", "i=revenue&r=customer&by=month&last=1", most_cells=1)
    assert refused.value.code == "too_many_cells"
    monkeypatch.setattr(pivoting, "SECONDS", 0.000001)
    page = log_in("administrator").get("/ledger/analysis/?i=revenue&r=customer&c=period&last=4")
    assert page.status_code in {200, 422}
    from qiao.ledger.lake import Bounds

    monkeypatch.setattr(pivoting, "SECONDS", 10.0)
    monkeypatch.setattr(pivoting, "BOUNDS", Bounds(memory_mb=1, threads=1, spill_gb=0))
    page = log_in("administrator").get("/ledger/analysis/?i=revenue&r=customer&c=period&last=4")
    assert page.status_code == 422
    assert page.context["refusal"]


def test_a_saved_analysis_on_what_is_gone_says_so_and_loses_nothing(ledger, log_in):
    owner = ledger.users["supervisor"]
    query = "i=revenue&i=gone_indicator&r=unit3&r=gone_dimension&by=month&last=2&f.gone=1"
    row = SavedAnalysis.objects.create(owner=owner, name="旧的", query=query, saved_at=clock.now())
    page = log_in("supervisor").get(f"/ledger/analysis/?{query}&saved={row.pk}")
    assert page.status_code == 200
    text = page.content.decode()
    for word in ("gone_indicator", "gone_dimension", "甲县"):
        assert word in text
    row.refresh_from_db()
    assert row.query == query
    with pytest.raises(RuleBroken) as refused:
        read_exactly(query)
    assert refused.value.code in {"unknown_indicator", "unknown_dimension"}


def test_saving_sharing_and_forgetting(ledger, log_in):
    client = log_in("supervisor")
    query = "i=revenue&r=unit3&by=month&last=2"
    answer = client.post("/ledger/analysis/save/", {"query": query, "name": "我的", "shared": "on"})
    assert answer.status_code == 302
    row = SavedAnalysis.objects.get()
    assert row.shared
    other = log_in("neighbour")
    page = other.get(f"/ledger/analysis/?{row.query}&saved={row.pk}")
    assert page.context["table"].lines
    assert "甲县" not in page.content.decode(), "a shared one shows the reader's own figures"
    assert other.post(f"/ledger/analysis/{row.pk}/remove/").status_code == 404
    refused = other.post("/ledger/analysis/save/", {"query": query, "name": "x", "shared": "on"})
    assert refused.status_code == 302
    assert not SavedAnalysis.objects.get(name="x").shared
    assert log_in("supervisor").post(f"/ledger/analysis/{row.pk}/remove/").status_code == 302
    assert not SavedAnalysis.objects.filter(pk=row.pk).exists()


def test_a_mail_is_told_once_with_the_recipients_own_reach(ledger, log_in):
    supervisor, neighbour = ledger.users["supervisor"], ledger.users["neighbour"]
    row = actions.save_analysis(
        viewer=viewer_of(supervisor),
        name="收入",
        query="i=revenue&by=month&last=1",
        shared=True,
        by=supervisor,
    )
    answer = log_in("neighbour").post(f"/ledger/analysis/{row.pk}/mail/", {"every": "week", "at": "08:00"})
    assert answer.status_code == 302
    mail = AnalysisMail.objects.get(user=neighbour)
    ticking = Clock.objects.get(kind=MAIL_CLOCK, subject_id=mail.pk, state="running")
    assert timezone.localtime(ticking.due_at).weekday() == 0
    Clock.objects.filter(pk=ticking.pk).update(
        due_at=clock.now() - timedelta(seconds=1), next_at=clock.now() - timedelta(seconds=1)
    )
    assert work.speak_due() == 1
    assert work.speak_due() == 0
    [job] = Job.objects.filter(name="ledger.mail")
    assert Clock.objects.filter(kind=MAIL_CLOCK, subject_id=mail.pk, state="running").count() == 1, (
        "wound up again"
    )
    assert actions.send_mail(**job.args) == 1
    assert actions.send_mail(**job.args) == 0, "told once"
    line = InboxItem.objects.get(person=ledger.people["neighbour"], source_kind="analysis")
    assert "74.05" in line.params["text"], "only what he sees himself"
    row.shared = False
    row.save()
    assert actions.send_mail(mail_id=mail.pk, occasion="later") == 0, "no longer shared, no longer sent"


def test_a_mail_carries_the_table_its_reader_may_see(ledger, settings):
    settings.QIAO_PUBLIC_URL = "https://qiao.example"
    supervisor, neighbour = ledger.users["supervisor"], ledger.users["neighbour"]
    row = actions.save_analysis(
        viewer=viewer_of(supervisor),
        name="收入",
        query="i=revenue&r=customer&by=month&last=1",
        shared=True,
        by=supervisor,
    )
    told = {}
    for user in (supervisor, neighbour):
        text, html = render_mail(user.pk, row.pk)
        told[user] = text
        assert "<table" in html
        assert "style=" not in html
        assert ("云桥机械有限公司" in html) == ("云桥机械有限公司" in text) == (user == supervisor)
        assert "乙县供销社" in html
        assert "丙县医院" not in html
    assert "74.05" in told[neighbour]
    row.shared = False
    row.save()
    assert render_mail(neighbour.pk, row.pk) is None


def test_the_mail_of_a_line_is_made_when_it_is_sent(ledger):
    user, person = ledger.users["neighbour"], ledger.people["neighbour"]
    row = actions.save_analysis(
        viewer=viewer_of(user),
        name="<b>收入</b>",
        query="i=revenue&r=customer&by=month&last=1",
        shared=False,
        by=user,
    )
    work.set_channel(
        code="mail", is_on=True, by=None,
        values={"host": "127.0.0.1", "port": "9", "sender": "qiao@example.com", "security": "none"},
    )  # fmt: skip
    type(person).objects.filter(pk=person.pk).update(email="zhao@example.com")
    mail = actions.subscribe(saved=row, every="close", at=clock.now().time(), by=user)
    assert actions.send_mail(mail_id=mail.pk, occasion="x") == 1
    waiting = list(Delivery.objects.select_related("item").filter(channel="mail"))
    message = _message(waiting)
    assert "乙县供销社" in message.more
    assert "<table" in message.more_html
    html = _html(message)
    assert "&lt;b&gt;收入" in html
    assert html.index("<table") > 0


def test_a_running_question_is_stopped_by_who_asked_it_and_nobody_else(ledger, log_in, monkeypatch):
    run, user = "ab" * 16, ledger.users["manager"]
    endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b"

    def ask_for_ever():
        with queries.stoppable(user.pk, run), pivoting.bounded() as con:
            con.execute(endless).fetchall()

    begun = time.monotonic()
    later = threading.Timer(0.3, lambda: queries.stop(user.pk, run))
    later.start()
    with pytest.raises(RuleBroken) as refusal:
        ask_for_ever()
    later.join()
    assert refusal.value.code == "stopped"
    assert time.monotonic() - begun < 5
    monkeypatch.setattr(pivoting, "SECONDS", 1.0)
    queries.stop(ledger.users["deputy"].pk, run)  # another person
    with pytest.raises(RuleBroken) as refusal:
        ask_for_ever()
    assert refusal.value.code == "too_large"  # its own time limit


def test_the_page_and_the_api_stop_what_runs(ledger, log_in, call, monkeypatch):
    run = "cd" * 16
    client, address = log_in("manager"), "/ledger/analysis/?i=revenue&r=customer&by=month&last=1"
    load = pivoting.Pivot._load

    def stopped_meanwhile(pivot):
        client.post("/ledger/analysis/stop/", {"run": run})
        pivot.con.execute("SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b").fetchall()
        load(pivot)

    monkeypatch.setattr(pivoting.Pivot, "_load", stopped_meanwhile)
    answer = client.get(address, HTTP_X_QIAO_RUN=run)
    assert answer.status_code == 422
    assert "已停止" in answer.content.decode()
    assert call("manager", ["ledger.view"])("GET", f"/ledger/analysis?run={run}").json()["code"] == "stopped"
    monkeypatch.setattr(pivoting.Pivot, "_load", load)
    assert "data-running" in client.get(address, HTTP_X_QIAO_RUN=run).content.decode()
    assert client.post("/ledger/analysis/stop/", {"run": "../../x"}).status_code == 204
    api = call("manager", ["ledger.view"])
    assert api("POST", "/ledger/analysis/stop", {"run": run}).status_code == 204
    assert api("POST", "/ledger/analysis/stop", {"run": "no"}).status_code == 204


def test_a_mail_after_a_close(ledger):
    user = ledger.users["supervisor"]
    row = actions.save_analysis(
        viewer=viewer_of(user), name="x", query="i=revenue&by=month&last=1", shared=False, by=user
    )
    actions.subscribe(saved=row, every="close", at=clock.now().time(), by=user)
    assert not Job.objects.filter(name="ledger.mail").exists()
    actions.save_analysis(viewer=viewer_of(user), name="y", query="i=revenue", shared=False, by=user)


def test_an_export_needs_its_right_is_noted_and_holds_no_formula(ledger, log_in):
    customer = ledger.customers["ours"]
    customer.name = '=HYPERLINK("x")'
    customer.save()
    assert log_in("manager").get("/ledger/analysis/?i=revenue&r=customer&export=csv").status_code == 403
    client = log_in("administrator")
    answer = client.get(
        "/ledger/analysis/?i=revenue&i=margin_share&r=customer&by=month&last=1&cmp=year&export=csv"
    )
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK" in text
    assert "\n=HYPERLINK" not in text
    assert ",=HYPERLINK" not in text
    assert "144.10" in text
    noted = ExportRecord.objects.get()
    assert (noted.listing, noted.kind, noted.rows) == ("ledger.analysis", "csv", 3)
    assert list(client.get("/ledger/analysis/?i=revenue&r=customer&export=xlsx").streaming_content)
    assert client.get("/ledger/analysis/?i=revenue&r=customer&export=exe").status_code == 422


def test_closes_made_before_are_told_and_can_be_prepared(ledger, log_in):
    Cube.objects.filter(run__month="2026-10").delete()
    table = ask(ledger, "administrator", "i=revenue&by=month&since=2026-10&until=2026-10")
    assert one(table).incomplete.code == "not_prepared"
    client = log_in("administrator")
    assert client.get("/ledger/analysis/").context["unprepared"]
    assert client.post("/ledger/analysis/prepare/").status_code == 302
    assert actions.prepare_closes() == 1
    assert one(ask(ledger, "administrator", "i=revenue&by=month&since=2026-10&until=2026-10")).numerator
    named = queries.named_digests()
    cube = Cube.objects.get(run__month="2026-10")
    assert {cube.cube_digest, cube.mix_digest} <= named


def test_the_interface_says_what_the_page_says(ledger, call):
    send = call("supervisor", ["ledger.view", "lists.share"])
    answer = send(
        "GET", "/ledger/analysis?" + urlencode({"query": "i=revenue&r=unit3&by=month&last=1&cmp=year"})
    ).json()
    assert [row["line"][0]["label"] if row["line"] else "" for row in answer["rows"]] == ["甲县", "乙县", ""]
    assert Decimal(answer["rows"][0]["cells"][0]["numerator"]) == Decimal("144.10")
    assert send("GET", "/ledger/analysis?" + urlencode({"query": "i=nothing"})).status_code == 422
    assert send("GET", "/ledger/analysis/file").status_code == 403
    assert {d["code"] for d in send("GET", "/ledger/analysis/dimensions").json()} >= {
        "unit3",
        "manager",
        "tier",
        "product",
    }
    made = send("POST", "/ledger/analysis/saved", {"name": "x", "query": "i=revenue"})
    assert made.status_code == 201
    number = made.json()["id"]
    assert (
        send("PUT", f"/ledger/analysis/saved/{number}/mail", {"every": "month", "at": "08:00"}).status_code
        == 204
    )
    assert (
        send("PUT", f"/ledger/analysis/saved/{number}/mail", {"every": "never", "at": "08:00"}).status_code
        == 422
    )
    assert send("DELETE", f"/ledger/analysis/saved/{number}/mail").status_code == 204
    assert send("DELETE", f"/ledger/analysis/saved/{number}").status_code == 204
    lines = send(
        "GET",
        "/ledger/lines?"
        + urlencode({"since": "2026-10", "until": "2026-10", "cell": "i=revenue&by=month&last=1"}),
    ).json()
    assert Decimal(lines["revenue_yuan"]) == sum(
        Decimal(row["cells"][0]["numerator"]) for row in answer["rows"][:-1]
    )
