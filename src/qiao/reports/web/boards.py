"""Boards: analyses side by side, each loaded under its own check; and arranging them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import RuleBroken
from qiao.ledger import access as ledger_access
from qiao.ledger import pivot_showing
from qiao.ledger import queries as ledger
from qiao.ledger.addresses import read_query
from qiao.ledger.writing import name_of, write_value
from qiao.runtime import figures, marks
from qiao.runtime.i18n import pick, say, say_error
from qiao.runtime.pages import answer_form, render_part
from qiao.runtime.requests import Request

from .. import access, actions
from ..core import boards as core
from ..queries import boards as reads

CARD_LINES = 10


class BoardForm(forms.Form):
    """A board's name and whom it is for."""

    title_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("English name"), max_length=80, required=False)
    profiles = forms.MultipleChoiceField(
        label=gettext_lazy("Role profiles"), widget=forms.CheckboxSelectMultiple
    )
    at_home = forms.BooleanField(
        label=gettext_lazy("On the home page"), required=False,
        help_text=gettext_lazy("The first such board of a role stands on its home page."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profiles"].choices = [(code, say(label)) for code, label in core.PROFILES]  # type: ignore[attr-defined]


def list_all(request: Request) -> HttpResponse:
    """Boards of one's role; all of them for who arranges boards."""
    rows = access.visible_boards(request.viewer)
    names = dict(core.PROFILES)
    boards = [
        {
            "row": row,
            "title": title_of(row),
            "for": ", ".join(say(names[p]) for p in row.profiles if p in names),
        }
        for row in rows
    ]
    context = {"boards": boards, "may_edit": request.viewer.can(access.BOARDS)}
    return render(request, "reports/boards.html", context)


def title_of(row: Any) -> str:
    """A board's or card's name in the reader's language; that of a saved analysis as it is called today."""
    saved = getattr(row, "analysis", None)
    return str(saved.name) if saved else pick(row.title_zh, row.title_en)


def board(request: Request, pk: int) -> HttpResponse:
    """One board."""
    row = access.get_board(request.viewer, pk)
    context = {
        "board": row,
        "title": title_of(row),
        "cards": _cards(row),
        "may_edit": request.viewer.can(access.BOARDS),
    }
    return render(request, "reports/board.html", context)


def home_board(request: Request) -> HttpResponse:
    """The board of one's role on the home page."""
    request.viewer.check(ledger_access.VIEW)
    row = reads.boards_for(request.viewer.profile).filter(at_home=True).first()
    context = {"board": row, "title": title_of(row) if row else "", "cards": _cards(row) if row else []}
    return render_part(
        request, "reports/home_board.html", {**context, "may_edit": request.viewer.can(access.BOARDS)}
    )


def _cards(row: Any) -> list[dict[str, Any]]:
    base = reverse("ledger:analysis")
    return [
        {"row": card, "title": title_of(card), "url": f"{base}?{card.asks}",
         "load": reverse("reports:board_card", args=[row.pk, card.pk])}
        for card in reads.list_cards(row)
    ]  # fmt: skip


def card(request: Request, pk: int, card_id: int) -> HttpResponse:
    """One card's content, with the reader's own reach; what goes wrong is told inside the card."""
    row = access.get_card(request.viewer, pk, card_id)
    asked, faults = read_query(row.asks)
    context: dict[str, Any] = {"card": row, "faults": [say_error(fault.refusal) for fault in faults]}
    try:
        table = ledger.answer(asked, ledger_access.analysis_reach(request.viewer, asked))
    except RuleBroken as refusal:
        context["refusal"] = say_error(refusal)
        return render_part(request, "reports/board_card.html", context)
    context |= pivot_showing.show(table, most_lines=CARD_LINES)
    context["cell_url"] = f"{reverse('ledger:analysis_cell')}?{asked.query()}"
    context["analysis_url"] = f"{reverse('ledger:analysis')}?{asked.query()}"
    context["is_empty"] = not table.periods or (bool(asked.rows) and not table.lines)
    if row.shape == "figure":
        context["figure"] = _figure(table)
    return render_part(request, "reports/board_card.html", context)


def _figure(table: Any) -> dict[str, Any]:
    indicator, cell = table.indicators[0], table.cells[(), ()][0]
    value = cell.result.incomplete or cell.result.value
    change = cell.change
    is_points = bool(indicator.denominator)
    write = marks.movement_writer(indicator.better or "none", *([pivot_showing.points] if is_points else []))
    return {
        "name": name_of(indicator),
        "text": write_value(indicator.unit, value),
        "reason": figures.reason_missing(value) if figures.is_missing(value) else "",
        "change": None
        if change is None
        else marks.missing(change)
        if figures.is_missing(change)
        else write(change),
    }


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new board."""
    access.check_boards(request.viewer)

    def write(values: dict[str, Any]) -> str:
        row = actions.put_board(board=None, by=request.user, **values)
        return reverse("reports:edit_board", args=[row.pk])

    form = BoardForm(request.POST or None)
    return answer_form(request, form, write, title=_("New board"), cancel=reverse("reports:boards"))


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Arrange a board: its name, whom it is for, its cards."""
    access.check_boards(request.viewer)
    row = access.get_board(request.viewer, pk)

    def write(values: dict[str, Any]) -> str:
        actions.put_board(board=row, by=request.user, **values)
        return reverse("reports:edit_board", args=[row.pk])

    initial = {name: getattr(row, name) for name in ("title_zh", "title_en", "profiles", "at_home")}
    saved = ledger.list_offered(request.viewer.user_id)
    return answer_form(
        request, BoardForm(request.POST or None, initial=initial), write, title=title_of(row),
        cancel=reverse("reports:board", args=[pk]), template="reports/edit_board.html", board=row, cards=_cards(row),
        widths=[(n, _("%(n)s of 12") % {"n": n}) for n in core.WIDTHS], shapes=core.SHAPES, saved=saved,
    )  # fmt: skip


@require_POST
def enter_usual(request: Request) -> HttpResponse:
    """Enter the boards that ship."""
    access.check_boards(request.viewer)
    count = actions.install_boards(by=request.user)
    messages.success(request, _("%(count)s boards entered.") % {"count": count})
    return HttpResponseRedirect(reverse("reports:boards"))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a board away."""
    access.check_boards(request.viewer)
    actions.remove_board(board=access.get_board(request.viewer, pk), by=request.user)
    return HttpResponseRedirect(reverse("reports:boards"))


@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """Put a saved analysis on a board; only one that is offered to whoever does it."""
    access.check_boards(request.viewer)
    row = access.get_board(request.viewer, pk)
    saved = ledger_access.get_saved(request.viewer, _number(request, "analysis"))
    actions.add_card(
        board=row,
        saved_id=saved.pk,
        width=_number(request, "width"),
        shape=request.POST.get("shape", ""),
        by=request.user,
    )
    return HttpResponseRedirect(reverse("reports:edit_board", args=[pk]))


@require_POST
def change(request: Request, pk: int, card_id: int) -> HttpResponse:
    """Change a card's look, move it, or take it off."""
    access.check_boards(request.viewer)
    row = access.get_card(request.viewer, pk, card_id)
    wish = request.POST.get("do", "look")
    if wish in ("up", "down"):
        actions.move_card(card=row, by_places=-1 if wish == "up" else 1, by=request.user)
    elif wish == "remove":
        actions.remove_card(card=row, by=request.user)
    else:
        actions.change_card(
            card=row, width=_number(request, "width"), shape=request.POST.get("shape", ""), by=request.user
        )
    return HttpResponseRedirect(reverse("reports:edit_board", args=[pk]))


def _number(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else 0
