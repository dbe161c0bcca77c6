"""Writes of work: tasks, clocks, approvals, the inbox. Keyword-only, atomic, audited."""

from .approvals import (
    add_signer,
    ask,
    ask_again,
    close_approval,
    comment,
    decide,
    decide_many,
    delegate,
    end_delegation,
    remind,
    replace_signer,
    send_back,
    withdraw,
)
from .clocks import move_clocks, next_due, pause_clock, resume_clock, speak_due, start_clock, stop_clock
from .inbox import done, read, settle, snooze, tell
from .tasks import drop_task, end_task, give_task, hand_on_task, warn_of_tasks

__all__ = [
    "add_signer",
    "ask",
    "ask_again",
    "close_approval",
    "comment",
    "decide",
    "decide_many",
    "delegate",
    "done",
    "drop_task",
    "end_delegation",
    "end_task",
    "give_task",
    "hand_on_task",
    "move_clocks",
    "next_due",
    "pause_clock",
    "read",
    "remind",
    "replace_signer",
    "resume_clock",
    "send_back",
    "settle",
    "snooze",
    "speak_due",
    "start_clock",
    "stop_clock",
    "tell",
    "warn_of_tasks",
    "withdraw",
]
