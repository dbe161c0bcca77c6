"""Reads of boards."""

from collections.abc import Sequence

from django.db.models import QuerySet

from ..models import Board, BoardCard


def list_boards() -> QuerySet[Board]:
    """All boards, in their order."""
    return Board.objects.order_by("place", "pk")


def boards_for(profile: str) -> QuerySet[Board]:
    """Boards of a role profile."""
    return list_boards().filter(profiles__contains=[profile])


def list_cards(board: Board) -> Sequence[BoardCard]:
    """Cards of a board, in their order."""
    return list(board.cards.select_related("analysis"))


def find_card(board: Board, card_id: int) -> BoardCard | None:
    """A card of a board."""
    return board.cards.select_related("analysis", "board").filter(pk=card_id).first()
