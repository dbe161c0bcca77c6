"""What states and steps are called: English source texts by code."""

from qiao.kernel.errors import N_

TASK_STATES = {"open": N_("Open"), "done": N_("Done"), "dropped": N_("Dropped")}
APPROVAL_STATES = {
    "open": N_("Waiting for approval"),
    "returned": N_("Returned to the author"),
    "agreed": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}
VERDICTS = {
    "waiting": N_("Not decided yet"),
    "agreed": N_("Agreed"),
    "refused": N_("Refused"),
    "skipped": N_("Not needed"),
}
STEPS = {
    "asked": N_("Asked for approval"),
    "agreed": N_("Agreed"),
    "refused": N_("Refused"),
    "returned": N_("Returned"),
    "asked_again": N_("Handed in again"),
    "withdrawn": N_("Withdrawn"),
    "signer_added": N_("Added a signer"),
    "signer_replaced": N_("Signer replaced"),
    "reminded": N_("Reminded"),
    "commented": N_("Commented"),
}
MODES = {"all": N_("all sign"), "any": N_("any one signs")}
KINDS = {
    "task": N_("Tasks"),
    "approval": N_("Approvals"),
    "warning": N_("Warnings"),
    "mention": N_("Mentions"),
    "notice": N_("Notices"),
}
DELIVERY_STATES = {
    "waiting": N_("Waiting"),
    "sending": N_("Being sent"),
    "sent": N_("Sent"),
    "failed": N_("Failed"),
    "unclear": N_("Outcome unknown"),
    "dropped": N_("Not needed any more"),
}
TONES = {
    "sent": "good",
    "failed": "bad",
    "unclear": "warn",
    "sending": "info",
    "open": "info",
    "returned": "warn",
    "agreed": "good",
    "done": "good",
    "refused": "bad",
    "waiting": "info",
    "overdue": "bad",
}
