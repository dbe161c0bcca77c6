"""Boards in the API."""

from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.ledger import access as ledger_access
from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Id, Line

from .. import access, actions
from ..queries import boards as reads

router = Router()


class CardOut(Schema):
    """A card: ``query`` is asked at ``GET /ledger/analysis`` with one's own reach."""

    id: int
    title_zh: str
    title_en: str
    query: str
    analysis_id: int | None
    width: int
    shape: str


class BoardOut(Schema):
    """A board."""

    id: int
    code: str
    title_zh: str
    title_en: str
    profiles: list[str]
    at_home: bool


class BoardDetail(BoardOut):
    """A board with its cards, in order."""

    cards: list[CardOut]


class BoardIn(Schema):
    """A board's name and whom it is for."""

    title_zh: Filled = Field(max_length=80)
    title_en: Line = Field("", max_length=80)
    profiles: list[Line]
    at_home: bool = False


class LookIn(Schema):
    """How wide a card is, in twelfths, and as what it is shown: chart, table, figure."""

    width: int = 6
    shape: Line = "chart"


class CardIn(LookIn):
    """A saved analysis to put on a board."""

    analysis_id: Id


class MoveIn(Schema):
    """Places to move: −1 up, 1 down."""

    by_places: int = Field(ge=-24, le=24)


def _detail(row: Any) -> dict[str, Any]:
    cards = [
        {
            "id": c.pk,
            "query": c.asks,
            **{n: getattr(c, n) for n in ("title_zh", "title_en", "analysis_id", "width", "shape")},
        }
        for c in reads.list_cards(row)
    ]
    return {**BoardOut.from_orm(row).dict(), "cards": cards}


@router.get("/boards", response=list[BoardOut], summary="Boards of one's role; all for who arranges boards")
def list_boards(request: Request) -> Any:
    return access.visible_boards(request.viewer)


@router.post("/boards", response={201: BoardDetail}, summary="Make a board")
def make_board(request: Request, body: BoardIn) -> Any:
    access.check_boards(request.viewer)
    return Status(201, _detail(actions.put_board(board=None, by=request.user, **body.dict())))


@router.post("/boards/usual", response=dict[str, int], summary="Enter the boards that ship")
def enter_usual(request: Request) -> Any:
    access.check_boards(request.viewer)
    return {"count": actions.install_boards(by=request.user)}


@router.get("/boards/{int:board_id}", response=BoardDetail, summary="One board with its cards")
def get_board(request: Request, board_id: Id) -> Any:
    return _detail(access.get_board(request.viewer, board_id))


@router.put(
    "/boards/{int:board_id}", response=BoardDetail, summary="Change a board's name and whom it is for"
)
def change_board(request: Request, board_id: Id, body: BoardIn) -> Any:
    access.check_boards(request.viewer)
    row = access.get_board(request.viewer, board_id)
    return _detail(actions.put_board(board=row, by=request.user, **body.dict()))


@router.delete("/boards/{int:board_id}", response={204: None}, summary="Take a board away")
def remove_board(request: Request, board_id: Id) -> Any:
    access.check_boards(request.viewer)
    actions.remove_board(board=access.get_board(request.viewer, board_id), by=request.user)
    return Status(204, None)


@router.post(
    "/boards/{int:board_id}/cards", response={201: BoardDetail}, summary="Put a saved analysis on a board"
)
def add_card(request: Request, board_id: Id, body: CardIn) -> Any:
    access.check_boards(request.viewer)
    row = access.get_board(request.viewer, board_id)
    saved = ledger_access.get_saved(request.viewer, body.analysis_id)
    actions.add_card(board=row, saved_id=saved.pk, width=body.width, shape=body.shape, by=request.user)
    return Status(201, _detail(row))


@router.put(
    "/boards/{int:board_id}/cards/{int:card_id}", response=BoardDetail, summary="Change a card's look"
)
def change_card(request: Request, board_id: Id, card_id: Id, body: LookIn) -> Any:
    access.check_boards(request.viewer)
    card = access.get_card(request.viewer, board_id, card_id)
    actions.change_card(card=card, width=body.width, shape=body.shape, by=request.user)
    return _detail(card.board)


@router.post("/boards/{int:board_id}/cards/{int:card_id}/move", response=BoardDetail, summary="Move a card")
def move_card(request: Request, board_id: Id, card_id: Id, body: MoveIn) -> Any:
    access.check_boards(request.viewer)
    card = access.get_card(request.viewer, board_id, card_id)
    actions.move_card(card=card, by_places=body.by_places, by=request.user)
    return _detail(card.board)


@router.delete("/boards/{int:board_id}/cards/{int:card_id}", response={204: None}, summary="Take a card off")
def remove_card(request: Request, board_id: Id, card_id: Id) -> Any:
    access.check_boards(request.viewer)
    actions.remove_card(card=access.get_card(request.viewer, board_id, card_id), by=request.user)
    return Status(204, None)
