"""What work adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.runtime.contributions import ClockKind, Right, register

from . import actions

register(
    Right("work.view", N_("See tasks of one's units")),
    Right("work.give", N_("Give tasks to others")),
    ClockKind(
        actions.tasks.CLOCK,
        N_("Task"),
        actions.warn_of_tasks,
        pauses=(
            ("customer", N_("Waiting for the customer")),
            ("elsewhere", N_("Waiting for another department")),
            ("agreed", N_("Put off by agreement")),
        ),
    ),
)
