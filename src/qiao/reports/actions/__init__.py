"""Writes of reports."""

from .boards import (
    add_card,
    change_card,
    install_boards,
    move_card,
    put_board,
    remove_board,
    remove_card,
)
from .bulletins import (
    BULLETIN_CLOCK,
    Wish,
    change_draft,
    drop_draft,
    end_plan,
    plan_bulletin,
    prepare,
    prepare_after_close,
    prepare_planned,
    publish,
    wake_plans,
)

__all__ = [
    "BULLETIN_CLOCK",
    "Wish",
    "add_card",
    "change_card",
    "change_draft",
    "drop_draft",
    "end_plan",
    "install_boards",
    "move_card",
    "plan_bulletin",
    "prepare",
    "prepare_after_close",
    "prepare_planned",
    "publish",
    "put_board",
    "remove_board",
    "remove_card",
    "wake_plans",
]
