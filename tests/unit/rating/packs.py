"""Articles of the shipped packs, for tests."""

from importlib.resources import files

from qiao.customers.core.assignment import DEPUTIES
from qiao.customers.core.duplicates import DUPLICATES
from qiao.customers.core.life_cycle import LIFE_CYCLE
from qiao.customers.core.personal import PERSONAL_DATA
from qiao.customers.core.pool import PUBLIC_POOL
from qiao.ledger.core.activity import ACTIVITY
from qiao.rating.core.policy import KINDS
from qiao.reports.core.policy import STAFFING_WATCH
from qiao.rulebook.core.article import Policy
from qiao.rulebook.core.granted import GRANTED_RIGHTS
from qiao.rulebook.core.kinds import Kinds
from qiao.rulebook.core.stored import load_article

ALL = Kinds(
    [
        *KINDS,
        DEPUTIES,
        LIFE_CYCLE,
        DUPLICATES,
        PUBLIC_POOL,
        PERSONAL_DATA,
        ACTIVITY,
        STAFFING_WATCH,
        GRANTED_RIGHTS,
    ]
)


PACKS = sorted(entry.name for entry in (files("qiao.rulebook") / "packs").iterdir() if entry.is_dir())


def texts(pack):
    folder = files("qiao.rulebook") / "packs" / pack
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    }


def policy(pack, kind, change=None):
    """The pack's article of a kind; ``change`` replaces one piece of its text by another."""
    text = texts(pack)[f"{kind}.yaml"]
    if change:
        assert change[0] in text
        text = text.replace(*change)
    return Policy(load_article(text, ALL), 1)
