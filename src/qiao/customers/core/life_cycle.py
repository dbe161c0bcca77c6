"""The life cycle of a customer: stages with norms, and how long a customer has been in one. Requirement 5.2."""

from dataclasses import dataclass
from datetime import date

from qiao.kernel.errors import N_, RuleBroken
from qiao.kernel.text import Text
from qiao.rulebook.core.faults import Fault, twice_faults
from qiao.rulebook.core.kinds import ArticleKind
from qiao.rulebook.core.terms import Choice, term


class LifeStage(Choice):
    """Where a customer can stand."""

    LEAD = "lead", N_("Lead")
    DEVELOPMENT = "development", N_("Development")
    FILING = "filing", N_("Filing")
    CREDIT = "credit", N_("Credit grading")
    SERVICE = "service", N_("Service")
    WARNING = "warning", N_("Warning")
    RETENTION = "retention", N_("Retention")
    WON_BACK = "won_back", N_("Won back")
    LOST = "lost", N_("Lost")


STAGES = tuple(stage.value for stage in LifeStage)


@dataclass(frozen=True, slots=True)
class StageNorm:
    """What is asked of a stage."""

    code: LifeStage = term(N_("stage"))
    title: Text = term(N_("name of the stage"))
    most_days: int | None = term(N_("days in the stage at most"), unit="days", at_least=1, default=None)
    duties: tuple[Text, ...] = term(N_("duties"), default=())


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """The stages a customer passes, in order."""

    stages: tuple[StageNorm, ...] = term(N_("stages in order"))


def _check(body: LifeCycle) -> list[Fault]:
    return twice_faults([norm.code for norm in body.stages], "stages")


LIFE_CYCLE = ArticleKind(
    code="life_cycle",
    label=N_("Life cycle"),
    help=N_("Which stages a customer passes, how long and with what duties."),
    body_type=LifeCycle,
    check=_check,
    order=65,
)


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a customer has been in its stage; ``days`` is None when its beginning is not noted."""

    days: int | None
    most_days: int | None

    @property
    def exceeded(self) -> bool:
        """Whether the norm is exceeded, as far as both are known."""
        return self.days is not None and self.most_days is not None and self.days > self.most_days


def stay_of(*, since: date | None, most_days: int | None, today: date) -> Stay:
    """The stay in a stage on a day; the day of entry is day 0."""
    return Stay(None if since is None else (today - since).days, most_days)


def check_change(*, now: str, to: str, on: date, last_on: date | None, today: date) -> None:
    """Refuse a change to the same stage, of the future, or before the last change.

    Raises:
        RuleBroken: One of these.
    """
    if now == to:
        raise RuleBroken(N_("The customer is in this stage already."), code="same_stage", field="stage")
    if on > today:
        raise RuleBroken(N_("A stage begins today or earlier."), code="stage_of_the_future", field="on")
    if last_on is not None and on < last_on:
        raise RuleBroken(N_("A later change is noted already."), code="stage_before_last", field="on")
