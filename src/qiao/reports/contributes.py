"""What reports adds elsewhere: the cards of the home page, by profile."""

from collections.abc import Sequence
from typing import Any

from qiao.kernel.errors import N_
from qiao.runtime.contributions import ClockKind, HomeCard, Hook, NavItem, RecordKind, Right, register

from .access import BOARDS, PAY, STAFFING, draft_units, visible_bulletins
from .actions import BULLETIN_CLOCK, prepare_after_close, wake_plans
from .core.policy import STAFFING_WATCH

_LEADERS = frozenset({"executive", "supervisor"})
_OFFICE = frozenset({"hr", "administrator", "auditor", "back_office"})
_MANAGER = frozenset({"manager"})


def _bulletin_labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    return {row.pk: row.title for row in visible_bulletins(viewer).filter(pk__in=list(pks))}


def _bulletin_label(viewer: Any, pk: int) -> str | None:
    return _bulletin_labels(viewer, [pk]).get(pk)


register(
    RecordKind(
        "bulletin",
        N_("Bulletin"),
        "reports:bulletin",
        _bulletin_label,
        icon="trophy",
        labels_of=_bulletin_labels,
        can_change=lambda viewer, pk: any(
            row.unit_id in draft_units(viewer) for row in visible_bulletins(viewer).filter(pk=pk)
        ),
    ),
    STAFFING_WATCH,
    Right(STAFFING, N_("See the staffing watch")),
    NavItem("bulletins", N_("Bulletins"), "reports:bulletins", "trophy", "", 9),
    ClockKind(BULLETIN_CLOCK, N_("Bulletin to prepare"), wake_plans),
    Hook("on_closed", "reports.bulletins", prepare_after_close),
    Right(BOARDS, N_("Arrange boards"), scoped=False),
    NavItem("boards", N_("Boards"), "reports:boards", "layout-dashboard", "ledger.view", 203),
    HomeCard("reports.board", N_("Board"), "reports:home_board", "ledger.view", 12, _LEADERS | {"hr"}, 12),
    Right(PAY, N_("Compare pay by employment kind")),
    NavItem(
        "staffing", N_("Staffing watch"), "reports:staffing", "scale", STAFFING, 515, group=N_("Organisation")
    ),
    NavItem(
        "staffing_pay",
        N_("Pay by employment kind"),
        "reports:staffing_pay",
        "coins",
        PAY,
        519,
        group=N_("Organisation"),
    ),
    HomeCard(
        "reports.staffing", N_("Staffing watch"), "reports:staffing_card", STAFFING, 15, frozenset({"hr"}), 12
    ),
    HomeCard(
        "reports.figures",
        N_("Figures"),
        "reports:figures",
        "ledger.view",
        10,
        _LEADERS | _MANAGER,
        12,
    ),
    HomeCard(
        "reports.moved", N_("My customers that moved"), "reports:moved", "customers.view", 20, _MANAGER, 6
    ),
    HomeCard(
        "reports.silent",
        N_("Silent and lost customers"),
        "reports:silent",
        "customers.view",
        30,
        _MANAGER,
        6,
    ),
    HomeCard(
        "reports.unserved",
        N_("Customers nobody serves"),
        "reports:unserved",
        "customers.view",
        20,
        frozenset({"supervisor"}),
        6,
    ),
    HomeCard("reports.ranking", N_("Compared"), "reports:ranking", "ledger.view", 30, _LEADERS, 6),
    HomeCard(
        "reports.map", N_("Map of units"), "reports:map", "ledger.view", 40, frozenset({"executive"}), 6
    ),
    HomeCard(
        "reports.drafts",
        N_("Articles waiting for a second person"),
        "reports:drafts",
        "rulebook.view",
        70,
        _OFFICE | {"executive"},
        6,
    ),
    HomeCard("reports.closes", N_("Newest closes"), "reports:closes", "ledger.view", 10, _OFFICE, 6),
    HomeCard("reports.imports", N_("Newest imports"), "reports:imports", "ledger.import", 20, _OFFICE, 6),
    HomeCard(
        "reports.log_ins",
        N_("Failed log-ins"),
        "reports:log_ins",
        "log_ins.view",
        30,
        frozenset({"auditor", "administrator"}),
        6,
    ),
)
