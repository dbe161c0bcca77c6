"""Cards of the home page. Each checks its own right: its address can be opened by anybody who knows it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from qiao.customers import access as customers
from qiao.ledger import access as ledger_access
from qiao.ledger import queries as ledger
from qiao.rulebook import access as rulebook_access
from qiao.rulebook import queries as rulebook
from qiao.runtime.i18n import pick
from qiao.runtime.pages import render_part
from qiao.runtime.requests import Request

from .. import access, queries
from . import showing

ROWS = 6
LOG_INS_READ = 200
RUN_STATES = {
    "running": (_("Under way"), "info"),
    "done": (_("Done"), "good"),
    "failed": (_("Stopped by an error"), "bad"),
}
BATCH_STATES = {
    "received": (_("Received"), "info"),
    "checked": (_("Checked, not written yet"), "warn"),
    "refused": (_("Refused"), "bad"),
    "written": (_("Written"), "good"),
    "undone": (_("Undone"), "neutral"),
    "dropped": (_("Dropped"), "neutral"),
}
ACTIVITY = {"silent": (_("Silent"), "warn"), "lost": (_("Lost"), "bad")}


def figures(request: Request) -> HttpResponse:
    """One's own figures, or one's unit's, against last year."""
    kind, holder_id = access.find_holder(request.viewer)
    run = ledger.find_current_run()
    url = showing.figures_url(kind, holder_id)
    windows = ledger.list_windows_of(run, kind, holder_id) if run else {}
    context: dict[str, Any] = {
        "run": run,
        "url": url,
        "items": showing.headlines(windows, url) if windows else [],
        "chart": showing.trend(kind, holder_id) if windows else None,
    }
    return render_part(request, "reports/figures.html", context)


def moved(request: Request) -> HttpResponse:
    """Customers in sight that grew and fell most."""
    request.viewer.check("customers.view")
    visible = customers.visible(request.viewer)
    context = {"risers": queries.list_risers(visible, ROWS), "fallers": queries.list_fallers(visible, ROWS)}
    return render_part(request, "reports/moved.html", context)


def silent(request: Request) -> HttpResponse:
    """Customers in sight that stopped ordering."""
    request.viewer.check("customers.view")
    visible = customers.visible(request.viewer)
    rows = [
        {"customer": row, "state": ACTIVITY[row.current.activity]}
        for row in queries.list_stale(visible, ROWS)
    ]
    return render_part(request, "reports/silent.html", {"rows": rows, "counts": queries.count_stale(visible)})


def unserved(request: Request) -> HttpResponse:
    """Customers in sight without account manager or deputy."""
    request.viewer.check("customers.view")
    visible = customers.visible(request.viewer)
    rows = [
        {"customer": row, "unit": pick(row.home_unit.name_zh, row.home_unit.name_en) if row.home_unit else ""}
        for row in queries.list_unserved(visible, ROWS)
    ]
    context = {"counts": queries.count_unserved(visible), "rows": rows}
    return render_part(request, "reports/unserved.html", context)


def ranking(request: Request) -> HttpResponse:
    """Parts of one's unit compared."""
    unit_id = access.find_unit(request.viewer)
    run = ledger.find_current_run()
    ranked = showing.compared_below(unit_id, run) if run else None
    return render_part(request, "reports/ranking.html", {"ranking": ranked})


def unit_map(request: Request) -> HttpResponse:
    """Parts of one's unit on the map."""
    unit_id = access.find_unit(request.viewer)
    run = ledger.find_current_run()
    return render_part(
        request, "reports/map.html", {"map": showing.map_below(unit_id, run) if run else None, "run": run}
    )


def drafts(request: Request) -> HttpResponse:
    """Drafted articles, and which of them the viewer may approve."""
    rulebook_access.check_view(request.viewer)
    waiting = rulebook.list_drafts()
    rows = [
        {
            "draft": row,
            "title": pick(row.title_zh, row.title_en),
            "mine": rulebook_access.can_approve(request.viewer, row),
        }
        for row in waiting[:ROWS]
    ]
    return render_part(request, "reports/drafts.html", {"rows": rows, "all": waiting.count()})


def closes(request: Request) -> HttpResponse:
    """The newest closes; who closes months himself gets to them from here."""
    request.viewer.check(ledger_access.VIEW)
    rows = [
        {"run": run, "state": RUN_STATES[run.state]}
        for run in ledger.list_runs().order_by("-month", "-pk")[:ROWS]
    ]
    context = {"rows": rows, "may_open": request.viewer.can(ledger_access.CLOSE)}
    return render_part(request, "reports/closes.html", context)


def imports(request: Request) -> HttpResponse:
    """The newest imports of facts."""
    request.viewer.check(ledger_access.IMPORT)
    rows = [
        {
            "batch": batch,
            "feed": pick(batch.feed.title_zh, batch.feed.title_en),
            "state": BATCH_STATES[batch.state],
        }
        for batch in queries.list_newest_batches(ROWS)
    ]
    return render_part(request, "reports/imports.html", {"rows": rows})


def log_ins(request: Request) -> HttpResponse:
    """Failed attempts among the newest log-ins."""
    request.viewer.check("log_ins.view")
    count, rows = queries.list_failed_log_ins(LOG_INS_READ, ROWS)
    return render_part(request, "reports/log_ins.html", {"rows": rows, "count": count, "read": LOG_INS_READ})
