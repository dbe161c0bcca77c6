"""Trying a policy: its text and facts on one page, its results below, each opened down to the facts.

Nothing is kept: what is tried is what stands on the page.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.engines.policy.inputs import from_sheets
from qiao.engines.policy.model import Policy
from qiao.engines.policy.nodes import to_step
from qiao.engines.policy.workbook import TooManySteps
from qiao.kernel.errors import N_, BadInput, RuleBroken
from qiao.runtime.i18n import pick, say_error
from qiao.runtime.tables import safe_name
from qiao.runtime.tables.books import write_book
from qiao.runtime.tables.limits import Limits
from qiao.runtime.tables.sheets import read_sheets

from .. import access
from ..core.policies import Trial, read_facts_text, read_policy_text, work_out
from ..core.stored import LONGEST_TEXT

EXAMPLE = Path(__file__).resolve().parents[1] / "examples"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_VALUES = 30_000  # a few seconds of work; what is larger has the command line
MOST_SHOWN = 500


class TryForm(forms.Form):
    """A policy and the facts to try it on."""

    policy = forms.CharField(
        label=_("Text of the policy"),
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false", "class": "q-code"}),
        max_length=LONGEST_TEXT,
        strip=False,
    )
    facts = forms.CharField(
        label=_("Facts"),
        help_text=_("YAML or JSON, as the manual describes; left out when a workbook is chosen."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "q-code"}),
        max_length=LONGEST_TEXT,
        strip=False,
        required=False,
    )
    book = forms.FileField(
        label=_("Workbook"), help_text=_("One sheet a table, xlsx."), required=False, max_length=200
    )


@require_http_methods(["GET", "POST"])
def try_policy(request: HttpRequest) -> HttpResponse:
    """The page: an example to start from, then results or what is wrong."""
    access.check_draft(request.viewer)  # type: ignore[attr-defined]
    if request.method == "GET":
        form = TryForm(initial={"policy": _example("policy.yaml"), "facts": _example("facts.yaml")})
        return render(request, "rulebook/try.html", {"form": form})
    return _worked(request, lambda policy, trials, facts: None)


@require_POST
def try_book(request: HttpRequest) -> HttpResponse:
    """The results as a workbook of live formulas; what is wrong stands on the page as after a try."""
    access.check_draft(request.viewer)  # type: ignore[attr-defined]
    return _worked(request, lambda policy, trials, facts: as_book(policy, trials))


def _worked(
    request: HttpRequest, answer: Callable[[Policy, list[Trial], str], HttpResponse | None]
) -> HttpResponse:
    """Work out what stands on the page: ``answer`` may give a file instead of the page with results."""
    form = TryForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            policy, trials, facts = _tried(form)
            if (given := answer(policy, trials, facts)) is not None:
                return given
            if facts:  # what was tried stands on the page, and is what a row is opened with
                context["form"] = TryForm(initial={"policy": form.cleaned_data["policy"], "facts": facts})
            context |= {"rows": _lines_of(trials), "tried": True, "several": len(trials) > 1}
            context["count"] = sum(len(trial.rows) for trial in trials)
        except BadInput as refusal:
            context["problems"] = [
                (str(problem.place), say_error(problem)) for problem in refusal.problems[:200]
            ]
        except RuleBroken as refusal:
            form.add_error(None, say_error(refusal))
    status = 422 if not context.get("tried") else 200
    return render(request, "rulebook/try.html", context, status=status)


def as_book(policy: Policy, trials: list[Trial]) -> HttpResponse:
    """The file for a page or a program.

    Raises:
        RuleBroken: More steps than a worksheet holds.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.xlsx"
        try:
            write_book(path, policy.title, [(t.scenario, t.engine, t.rows) for t in trials], say_error)
        except TooManySteps:
            message = N_("a worksheet does not hold so many steps; try fewer facts")
            raise RuleBroken(message, code="too_many_steps") from None
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{safe_name(policy.code)}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_POST
def try_row(request: HttpRequest) -> HttpResponse:
    """One result opened: the policy is worked out anew and the steps behind the row are shown."""
    access.check_draft(request.viewer)  # type: ignore[attr-defined]
    form = TryForm(request.POST, request.FILES)
    number = request.POST.get("row", "")
    if not form.is_valid() or not number.isdigit():
        return HttpResponse(status=422)
    try:
        policy, trials, _facts = _tried(form)
        rows = [row for trial in trials for row in trial.rows]
    except (BadInput, RuleBroken):
        return HttpResponse(status=422)
    if int(number) >= len(rows):
        return HttpResponse(status=404)
    step = to_step(rows[int(number)].node, policy.code, policy.version)
    return render(request, "rulebook/try_row.html", {"step": step})


def _tried(form: TryForm) -> tuple[Policy, list[Trial], str]:
    """The policy, what it gives, and the text of the facts where they came as a workbook."""
    policy = read_policy_text(form.cleaned_data["policy"])
    book = form.cleaned_data.get("book")
    if book is None:
        return policy, work_out(policy, read_facts_text(form.cleaned_data["facts"]), most=MOST_VALUES), ""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        for piece in book.chunks():
            kept.write(piece)
        kept.flush()
        sheets = read_sheets(Path(kept.name), name=book.name, limits=Limits())
    facts = from_sheets(sheets)
    trials = work_out(policy, facts, most=MOST_VALUES)
    return policy, trials, json.dumps(facts, ensure_ascii=False, indent=1, default=str)


def _lines_of(trials: list[Trial]) -> list[dict[str, Any]]:
    """Rows as shown, with the number each is opened by."""
    lines: list[dict[str, Any]] = []
    for trial in trials:
        for row in trial.rows:
            title = row.node.title
            lines.append(
                {
                    "number": str(len(lines)),
                    "scenario": trial.scenario,
                    "person": row.person,
                    "period": row.period,
                    "item": pick(title.zh, title.en) if row.item == row.node.code else row.item,
                    "value": row.value if row.reason is None else "",
                    "reason": say_error(row.reason) if row.reason is not None else "",
                }
            )
            if len(lines) == MOST_SHOWN:
                return lines
    return lines


def _example(name: str) -> str:
    return (EXAMPLE / name).read_text(encoding="utf-8")
