"""Imports and feeds: list, dry run, error file, write, undo."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import N_, BadInput, NotFound, Place, RuleBroken
from qiao.kernel.money import yuan_from_cents
from qiao.ledger import access, actions, queries
from qiao.ledger.actions.importing import error_file_of
from qiao.ledger.core.facts import FACT_NAMES, Fact
from qiao.ledger.web.forms import MappingForm, UploadForm
from qiao.runtime.i18n import pick, say, say_error
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.listing import Action, Column, Filter, Listing, render_list
from qiao.runtime.requests import Request

STATES = {
    "received": (gettext_lazy("Waiting for the dry run"), "info"),
    "checked": (gettext_lazy("Dry run done, not written"), "warn"),
    "refused": (gettext_lazy("Refused"), "bad"),
    "written": (gettext_lazy("Written"), "good"),
    "undone": (gettext_lazy("Undone"), "neutral"),
    "dropped": (gettext_lazy("Dropped"), "neutral"),
}


def _state_text(row: Any) -> str:
    return str(STATES[row["state"]][0])


BATCHES = Listing(
    code="ledger-imports",
    columns=(
        Column("file", gettext_lazy("File"), "file_name", link=lambda row: f"/ledger/imports/{row['id']}/"),
        Column("feed", gettext_lazy("Feed"), ("feed__title_zh", "feed__title_en"), phone="line"),
        Column(
            "state", gettext_lazy("State"), _state_text, kind="badge", needs=("state",), phone="badge",
            tone=lambda row: STATES[row["state"]][1],
        ),
        Column("at", gettext_lazy("Received at"), "at", kind="instant", phone="line"),
        Column("written", gettext_lazy("Written at"), "written_at", kind="instant"),
        Column("by", gettext_lazy("By"), "by__username"),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), path="state", choices=[(s, t) for s, (t, _tone) in STATES.items()]),
        Filter(
            "feed", gettext_lazy("Feed"), path="feed__code",
            choices=lambda request: [(f.code, pick(f.title_zh, f.title_en)) for f in queries.list_feeds()],
        ),
    ),
    sort="-at",
    empty_title=gettext_lazy("No facts imported yet"),
    empty_text=gettext_lazy("Files of billing, order and payment systems are imported here, month by month."),
    empty_action=("/ledger/imports/new/", gettext_lazy("Import a file")),
    empty_icon="database-import",
)  # fmt: skip


def batches(request: Request) -> HttpResponseBase:
    """All imports."""
    request.viewer.check(access.IMPORT)
    buttons = [
        Action(_("Feeds"), reverse("ledger:feeds"), icon="adjustments"),
        Action(_("Import a file"), reverse("ledger:new_batch"), icon="upload", primary=True),
    ]
    return render_list(request, BATCHES, queries.list_batches(), title=_("Facts imported"), actions=buttons)


@require_http_methods(["GET", "POST"])
def new_batch(request: Request) -> HttpResponse:
    """Choose feed and file; the dry run starts at once."""
    request.viewer.check(access.IMPORT)
    feeds_known = [(f.code, pick(f.title_zh, f.title_en)) for f in queries.list_feeds()]
    form = UploadForm(
        request.POST or None, request.FILES or None, feeds=feeds_known, initial=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        upload = values["file"]
        row = actions.receive_file(
            feed=queries.get_feed(values["feed"]), name=upload.name, chunks=upload.chunks(), by=request.user,
            mode=values["mode"] or None,
        )  # fmt: skip
        actions.start_check(batch=row, by=request.user)
        return HttpResponseRedirect(reverse("ledger:batch", args=[row.pk]))
    context = {"form": form, "feeds": feeds_known}
    return render(request, "ledger/new_batch.html", context, status=422 if form.errors else 200)


def batch(request: Request, pk: int) -> HttpResponse:
    """One import: progress, what the dry run found, what may be done."""
    request.viewer.check(access.IMPORT)
    row = queries.get_batch(pk)
    report = row.report or {}
    job = panel_of(row.job) if row.job else None
    text, tone = STATES[row.state]
    context = {
        "batch": row,
        "feed_name": pick(row.feed.title_zh, row.feed.title_en),
        "fact_name": say(FACT_NAMES[Fact(row.feed.fact)]),
        "state_text": text,
        "state_tone": tone,
        "job": job if job and (job.is_live or job.state == "failed") else None,
        "report": report,
        "months": _months(row),
        "amount": yuan_from_cents(report["amount_cents"]) if report else None,
        "refunds": yuan_from_cents(report["refunds_cents"]) if report else None,
        "problems": _problem_lines(row),
        "has_errors": error_file_of(row) is not None,
        "unknown": report.get("unknown_customers", []),
        "gaps": ", ".join(report.get("gaps", [])),
    }
    return render(request, "ledger/batch.html", context)


def _months(row: Any) -> list[dict[str, Any]]:
    return [{**m, "amount": yuan_from_cents(m["amount_cents"])} for m in (row.report or {}).get("months", [])]


def _problem_lines(row: Any) -> list[tuple[str, str]]:
    """Problems of the whole file, else a line a kind of problem with its first places."""
    lines = [(p["place"], say(p["message"], p["params"])) for p in row.problems]
    for problem in (row.report or {}).get("problems", []):
        for example in problem["examples"]:
            place = Place(row.file_name, example.get("sheet", ""), example["row"], example["column"])
            lines.append((str(place), say(problem["message"], {**problem["params"], **example})))
        rest = problem["rows"] - len(problem["examples"])
        if rest > 0:
            lines.append(("…", _("%(count)s more rows of this kind") % {"count": rest}))
    return lines


def batch_errors(request: Request, pk: int) -> FileResponse:
    """The refused rows with what is wrong, to correct and import again."""
    request.viewer.check(access.IMPORT)
    path = error_file_of(queries.get_batch(pk))
    if path is None:
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{pk}-{path.name}")


def _back(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("ledger:batch", args=[pk]))


@require_POST
def write_batch(request: Request, pk: int) -> HttpResponse:
    """Make a checked import part of the ledger."""
    request.viewer.check(access.IMPORT)
    queries.get_batch(pk)
    actions.write_batch(batch_id=pk, by=request.user, without_rejected="without_rejected" in request.POST)
    messages.success(request, _("The import is written."))
    return _back(pk)


@require_POST
def check_batch(request: Request, pk: int) -> HttpResponse:
    """Do the dry run again."""
    request.viewer.check(access.IMPORT)
    actions.start_check(batch=queries.get_batch(pk), by=request.user)
    return _back(pk)


@require_POST
def undo_batch(request: Request, pk: int) -> HttpResponse:
    """Take a written import back."""
    request.viewer.check(access.IMPORT)
    queries.get_batch(pk)
    actions.undo_batch(batch_id=pk, by=request.user)
    messages.success(request, _("The import is undone; what it replaced stands again."))
    return _back(pk)


@require_POST
def drop_batch(request: Request, pk: int) -> HttpResponse:
    """Give up an import that is not written."""
    request.viewer.check(access.IMPORT)
    queries.get_batch(pk)
    actions.drop_batch(batch_id=pk, by=request.user)
    return HttpResponseRedirect(reverse("ledger:batches"))


def feeds(request: Request) -> HttpResponse:
    """All feeds with the months they cover."""
    request.viewer.check(access.IMPORT)
    rows = [
        {
            "feed": f,
            "name": pick(f.title_zh, f.title_en),
            "fact": say(FACT_NAMES[Fact(f.fact)]),
            "months": queries.feed_span(f),
        }
        for f in queries.list_feeds()
    ]
    return render(request, "ledger/feeds.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def new_feed(request: Request) -> HttpResponse:
    """Enter a mapping."""
    return _mapping_page(request, None)


@require_http_methods(["GET", "POST"])
def feed(request: Request, code: str) -> HttpResponse:
    """A feed's mapping, to read and to better."""
    return _mapping_page(request, code)


def _mapping_page(request: Request, code: str | None) -> HttpResponse:
    request.viewer.check(access.IMPORT)
    known = queries.get_feed(code) if code else None
    form = MappingForm(request.POST or None, initial={"mapping": known.mapping if known else ""})
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if code and f"feed: {code}" not in form.cleaned_data["mapping"]:
                raise RuleBroken(N_("A feed keeps its code."), code="feed_code", field="mapping")
            saved = actions.put_feed(
                mapping_text=form.cleaned_data["mapping"], name=f"{code or 'mapping'}.yaml", by=request.user
            )
        except BadInput as error:
            problems = [(str(p.place), say_error(p)) for p in error.problems]
            form.add_error("mapping", _("The mapping is not right yet; see below."))
        except RuleBroken as error:
            form.add_error("mapping", say_error(error))
        else:
            messages.success(request, _("The mapping is kept."))
            return HttpResponseRedirect(reverse("ledger:feed", args=[saved.code]))
    context = {"feed": known, "form": form, "problems": problems}
    return render(request, "ledger/feed.html", context, status=422 if form.errors else 200)
