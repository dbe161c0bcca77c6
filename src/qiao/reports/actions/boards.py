"""Writes of reports: boards and their cards."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.ledger.addresses import read_exactly
from qiao.ledger.queries import find_saved

from ..core import boards as core
from ..models import Board, BoardCard


@transaction.atomic
def put_board(
    *, board: Board | None, title_zh: str, title_en: str, profiles: Sequence[str], at_home: bool, by: Any
) -> Board:
    """Make a board, or change its name and whom it is for.

    Raises:
        RuleBroken: It is for nobody.
    """
    if not profiles or not set(profiles) <= {code for code, _label in core.PROFILES}:
        raise RuleBroken(N_("Choose at least one role profile."), code="no_profile", field="profiles")
    row = board or Board(code=_free_code(), made_by=by)
    row.title_zh, row.title_en, row.profiles, row.at_home = title_zh, title_en, sorted(profiles), at_home
    row.save()
    return row


def _free_code() -> str:
    return f"board-{(Board.objects.aggregate(n=Max('pk'))['n'] or 0) + 1}"


@transaction.atomic
def remove_board(*, board: Board, by: Any) -> None:
    """Take a board away with its cards; the analyses on it stay."""
    board.delete()


@transaction.atomic
def add_card(*, board: Board, saved_id: int, width: int, shape: str, by: Any) -> BoardCard:
    """Put a shared analysis, or one's own, on a board, behind what is there.

    Raises:
        RuleBroken: There is no such analysis, it asks for what is gone, or the board is full.
    """
    Board.objects.select_for_update().get(pk=board.pk)
    saved = find_saved(saved_id)
    if saved is None:
        raise RuleBroken(N_("Choose a saved analysis."), code="no_analysis", field="analysis")
    read_exactly(saved.query)
    if board.cards.count() >= core.MOST_CARDS:
        raise RuleBroken(N_("%(most)s cards are enough for a board."), code="too_many", most=core.MOST_CARDS)
    _check_look(width, shape)
    last = board.cards.aggregate(n=Max("place"))["n"] or 0
    return BoardCard.objects.create(
        board=board,
        analysis=saved,
        title_zh=saved.name,
        query=saved.query,
        width=width,
        shape=shape,
        place=last + 1,
    )


def _check_look(width: int, shape: str) -> None:
    if width not in core.WIDTHS:
        raise RuleBroken(N_("This width is not offered."), code="width", field="width")
    if shape not in dict(core.SHAPES):
        raise RuleBroken(N_("This form is not offered."), code="shape", field="shape")


@transaction.atomic
def change_card(*, card: BoardCard, width: int, shape: str, by: Any) -> BoardCard:
    """How wide a card is and as what it is shown.

    Raises:
        RuleBroken: That is not offered.
    """
    _check_look(width, shape)
    card.width, card.shape = width, shape
    card.save(update_fields=["width", "shape"])
    return card


@transaction.atomic
def move_card(*, card: BoardCard, by_places: int, by: Any) -> None:
    """Move a card up or down among those of its board."""
    Board.objects.select_for_update().get(pk=card.board_id)
    cards = {row.pk: row for row in card.board.cards.all()}
    if card.pk not in cards:
        raise NotFound
    for place, number in enumerate(core.move(list(cards), card.pk, by_places), 1):
        if cards[number].place != place:
            cards[number].place = place
            cards[number].save(update_fields=["place"])


@transaction.atomic
def remove_card(*, card: BoardCard, by: Any) -> None:
    """Take a card off its board."""
    card.delete()


@transaction.atomic
def install_boards(*, by: Any) -> int:
    """Enter the boards that ship; a board that is there already is left as it is.

    Returns:
        How many are new.
    """
    made = 0
    text = (files("qiao.reports") / "boards" / "usual.yaml").read_text(encoding="utf-8")
    for place, usual in enumerate(core.read_usual(yaml.safe_load(text)), 1):
        board, is_new = Board.objects.get_or_create(
            code=usual.code,
            defaults={"title_zh": usual.zh, "title_en": usual.en, "profiles": list(usual.profiles), "at_home": usual.at_home,
                      "place": place, "made_by": by},
        )  # fmt: skip
        if is_new:
            made += 1
            BoardCard.objects.bulk_create(
                BoardCard(
                    board=board,
                    title_zh=card.zh,
                    title_en=card.en,
                    query=card.query,
                    width=card.width,
                    shape=card.shape,
                    place=n,
                )
                for n, card in enumerate(usual.cards, 1)
            )
    return made
