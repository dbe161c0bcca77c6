"""Boards: for whom they are, what a card shows whom, arranging them, and what becomes of what is gone."""

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.ledger import actions as ledger
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.models import SavedAnalysis
from qiao.org.access import viewer_of
from qiao.reports import actions
from qiao.reports.models import Board, BoardCard
from tests.integration.ledger.conftest import activity, bills, home, put  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("activity")]


@pytest.fixture
def saved(cast, bills, put):  # noqa: F811
    put(bills, ["C-ours,2026-10,烟,100,60", "C-theirs,2026-10,酒,50,20"])
    from qiao.kernel.period import Month

    ledger.close_month(month=Month(2026, 10), by=None)
    user = cast.users["administrator"]
    return ledger.save_analysis(
        viewer=viewer_of(user),
        name="收入",
        query="i=revenue&r=customer&by=month&last=1",
        shared=True,
        by=user,
    )


@pytest.fixture
def board(saved):
    row = actions.put_board(
        board=None,
        title_zh="看板",
        title_en="Board",
        profiles=["supervisor", "manager"],
        at_home=True,
        by=None,
    )
    actions.add_card(board=row, saved_id=saved.pk, width=6, shape="table", by=None)
    return row


def test_a_card_shows_everybody_only_his_own(cast, board, log_in):
    [card] = board.cards.all()
    for member, seen, unseen in (
        ("manager", "云桥机械", "乙县供销社"),
        ("neighbour", "乙县供销社", "云桥机械"),
    ):
        text = log_in(member).get(f"/reports/boards/{board.pk}/cards/{card.pk}/").content.decode()
        assert seen in text
        assert unseen not in text
    assert log_in("auditor").get(f"/reports/boards/{board.pk}/").status_code == 404, "not for auditors"
    assert log_in("outsider").get(f"/reports/boards/{board.pk}/cards/{card.pk}/").status_code == 403
    home_page = log_in("supervisor").get("/reports/cards/board/").content.decode()
    assert f"/reports/boards/{board.pk}/cards/{card.pk}/" in home_page


@pytest.mark.parametrize("shape", ["chart", "table", "figure"])
def test_a_card_is_shown_as_chosen(cast, board, log_in, shape):
    [card] = board.cards.all()
    actions.change_card(card=card, width=12, shape=shape, by=None)
    text = log_in("supervisor").get(f"/reports/boards/{board.pk}/cards/{card.pk}/").content.decode()
    assert {"chart": "data-chart", "table": "q-pivot", "figure": "q-cell-value"}[shape] in text


def test_arranging_needs_its_right_and_keeps_the_order(cast, board, saved, log_in, call):
    client = log_in("administrator")
    path = f"/reports/boards/{board.pk}"
    assert client.get(f"{path}/edit/").status_code == 200
    assert (
        client.post(f"{path}/cards/add/", {"analysis": saved.pk, "width": "12", "shape": "chart"}).status_code
        == 302
    )
    first, second = board.cards.all()
    assert client.post(f"{path}/cards/{second.pk}/change/", {"do": "up"}).status_code == 302
    assert [c.pk for c in board.cards.all()] == [second.pk, first.pk]
    assert (
        client.post(f"{path}/cards/{second.pk}/change/", {"width": "5", "shape": "chart"}).status_code == 422
    )
    assert client.post(f"{path}/cards/{first.pk}/change/", {"do": "remove"}).status_code == 302
    assert [c.pk for c in board.cards.all()] == [second.pk]
    assert log_in("supervisor").post(f"{path}/cards/{second.pk}/change/", {"do": "remove"}).status_code == 403
    send = call("administrator", ["ledger.view", "boards.edit"])
    made = send("POST", "/reports/boards", {"title_zh": "新", "profiles": ["hr"]}).json()
    assert send("POST", f"/reports/boards/{made['id']}/cards", {"analysis_id": saved.pk}).status_code == 201
    assert send("POST", "/reports/boards", {"title_zh": "新", "profiles": []}).status_code == 422
    assert send("DELETE", f"/reports/boards/{made['id']}").status_code == 204


def test_an_analysis_forgotten_leaves_its_card_working(cast, board, saved, log_in):
    [card] = board.cards.all()
    ledger.remove_analysis(saved=saved, by=None)
    card.refresh_from_db()
    assert card.analysis is None
    text = log_in("supervisor").get(f"/reports/boards/{board.pk}/cards/{card.pk}/").content.decode()
    assert "云桥机械" in text


def test_a_card_on_what_is_gone_tells_it_inside_the_card(cast, board, log_in):
    [card] = board.cards.all()
    SavedAnalysis.objects.update(query="i=gone&r=customer")
    answer = log_in("supervisor").get(f"/reports/boards/{board.pk}/cards/{card.pk}/")
    assert answer.status_code == 200
    assert "gone" in answer.content.decode()
    with pytest.raises(RuleBroken):
        actions.add_card(board=board, saved_id=card.analysis_id, width=6, shape="chart", by=None)


def test_the_boards_that_ship_ask_what_is_known_and_are_entered_once(cast, log_in):
    from qiao.ledger.addresses import read_exactly
    from qiao.ledger.core.gallery import GALLERY

    assert actions.install_boards(by=None) == 3
    assert actions.install_boards(by=None) == 0
    assert set(Board.objects.values_list("code", flat=True)) == {"executive", "supervisor", "hr"}
    known = {one.code for one in CATALOGUE}
    for query in [*BoardCard.objects.values_list("query", flat=True), *(one.query for one in GALLERY)]:
        assert set(read_exactly(query).indicators) <= known
    assert (
        log_in("supervisor").get(f"/reports/boards/{Board.objects.get(code='supervisor').pk}/").status_code
        == 200
    )
