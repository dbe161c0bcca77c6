"""Writes of work: tasks, clocks, approvals, the inbox. Keyword-only, atomic, audited."""

from .approvals import ask, ask_again, close_approval, decide, decide_many, send_back, withdraw
from .asking import ACCESS, ask_for_access
from .clocks import next_due, pause_clock, resume_clock, speak_due, start_clock, stop_clock
from .deliveries import forget_address, put_address, send_due, set_channel, set_preferences
from .hooks import emit, put_webhook, remove_webhook, replay, send_hooks_due
from .inbox import done, forget_telling, read, settle, snooze, tell, tell_log_ins
from .leaving import hand_over_work, take_work_back
from .merging import CUSTOMERS
from .notices import acknowledge, publish, remind_of_notice
from .signers import add_signer, comment, delegate, end_delegation, remind, replace_signer
from .tasks import (
    TASK_CLOCK,
    drop_task,
    end_task,
    give_task,
    hand_on_task,
    resume_task_clock,
    warn_of_tasks,
)

__all__ = [
    "ACCESS",
    "CUSTOMERS",
    "TASK_CLOCK",
    "acknowledge",
    "add_signer",
    "ask",
    "ask_again",
    "ask_for_access",
    "close_approval",
    "comment",
    "decide",
    "decide_many",
    "delegate",
    "done",
    "drop_task",
    "emit",
    "end_delegation",
    "end_task",
    "forget_address",
    "forget_telling",
    "give_task",
    "hand_on_task",
    "hand_over_work",
    "next_due",
    "pause_clock",
    "publish",
    "put_address",
    "put_webhook",
    "read",
    "remind",
    "remind_of_notice",
    "remove_webhook",
    "replace_signer",
    "replay",
    "resume_clock",
    "resume_task_clock",
    "send_back",
    "send_due",
    "send_hooks_due",
    "set_channel",
    "set_preferences",
    "settle",
    "snooze",
    "speak_due",
    "start_clock",
    "stop_clock",
    "take_work_back",
    "tell",
    "tell_log_ins",
    "warn_of_tasks",
    "withdraw",
]
