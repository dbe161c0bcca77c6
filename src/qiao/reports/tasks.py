"""Jobs of reports."""

from qiao.kernel.errors import N_
from qiao.runtime.jobs import JobHandle, Outcome, register

from . import actions


@register("reports.bulletin", N_("Prepare a bulletin"))
def bulletin(job: JobHandle, *, plan_id: int, occasion: str) -> Outcome:
    """The draft of a plan's occasion."""
    actions.prepare_planned(plan_id=plan_id, occasion=occasion)
    return Outcome()
