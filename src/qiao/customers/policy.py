"""What policy says about serving customers, as of a day."""

from datetime import date

from qiao.rulebook.queries import find_policy, titles_of
from qiao.runtime.i18n import pick

from .core.assignment import DeputyPolicy
from .core.duplicates import DuplicatePolicy
from .core.life_cycle import LifeCycle, StageNorm
from .core.personal import PersonalDataPolicy
from .core.pool import PoolPolicy


def deputy_policy(on: date) -> DeputyPolicy:
    """What is asked of deputies on a day (article kind ``deputies``); nothing where no article is in force."""
    policy = find_policy(DeputyPolicy, on=on)
    return policy.body if policy else DeputyPolicy()


def duplicate_policy(on: date) -> DuplicatePolicy | None:
    """What makes two files look like one customer (article kind ``duplicates``); None where none is in force."""
    policy = find_policy(DuplicatePolicy, on=on)
    return policy.body if policy else None


def personal_policy(on: date) -> PersonalDataPolicy | None:
    """Which personal data of contacts may be kept (article kind ``personal_data``); None where none is in force."""
    policy = find_policy(PersonalDataPolicy, on=on)
    return policy.body if policy else None


def pool_policy(on: date) -> PoolPolicy | None:
    """How the public pool works (article kind ``public_pool``); None where no article is in force."""
    policy = find_policy(PoolPolicy, on=on)
    return policy.body if policy else None


def names_of(sort: str, on: date) -> dict[str, str]:
    """What the articles in force call their codes (``tier``, ``segment``), in the reader's language."""
    return {code: pick(title.zh, title.en) for code, title in titles_of(sort, on=on).items()}


def stage_norms(on: date) -> dict[str, StageNorm]:
    """Norms of the life cycle by stage, in order (article kind ``life_cycle``); empty where none is in force."""
    policy = find_policy(LifeCycle, on=on)
    return {norm.code.value: norm for norm in policy.body.stages} if policy else {}
