"""The role types an enterprise starts with: who sees which home page, how far, and what he may do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

# Who serves customers and who leads those reads their people's numbers plain; others open them one by one, noted.
_CALLS = {"contact.phone": "open", "contact.email": "open"}

_READ = ["org.view", "customers.view", "ledger.view", "rulebook.view", "rating.view", "tokens.use"]
_WRITE = [*_READ, "records.write"]
_EVERYTHING_IN = ["customers.import", "ledger.import", "org.import"]

ROLE_TYPES: tuple[dict[str, Any], ...] = (
    {
        "code": "manager", "sights": _CALLS, "profile": "manager", "scope_kind": "self", "serves_customers": True,
        "name_zh": "客户经理", "name_en": "Account manager",
        "duties_zh": "维护客户关系，走访服务，跟进预警与需求，完成所辖客户的业务目标。",
        "duties_en": "Keeps the relation with his customers, visits and serves them, follows warnings and requests.",
        "rights": [*_WRITE, "customers.edit", "customers.personal", "pool.claim"],
    },
    {
        "code": "supervisor", "sights": _CALLS, "profile": "supervisor", "scope_kind": "unit_and_below", "serves_customers": False,
        "name_zh": "主管", "name_en": "Supervisor",
        "duties_zh": "分派客户，均衡负荷，辅导客户经理，督办预警与承诺。",
        "duties_en": "Assigns customers, balances load, coaches managers, sees that warnings and promises are kept.",
        "rights": [
            *_WRITE, "staffing.view", "customers.edit", "customers.export", "ledger.export", "customers.import", "customers.merge", "customers.personal",
            "pool.claim", "assignments.change", "records.tags", "work.view", "work.give", "work.announce", "lists.share",
            "org.absences", "org.who_sees", "org.grant",
        ],
    },
    {
        "code": "project_manager", "sights": _CALLS, "profile": "manager", "scope_kind": "self", "serves_customers": False,
        "name_zh": "项目经理", "name_en": "Project manager",
        "duties_zh": "组织重点客户项目的方案、实施与验收，协调前后台。",
        "duties_en": "Runs the projects of key accounts from proposal to acceptance, between front and back.",
        "rights": [*_READ],
    },
    {
        "code": "business_manager", "sights": _CALLS, "profile": "manager", "scope_kind": "self", "serves_customers": False,
        "name_zh": "商务经理", "name_en": "Business manager",
        "duties_zh": "商务谈判、合同与投标，支撑客户经理。",
        "duties_en": "Negotiates, bids and keeps contracts, in support of account managers.",
        "rights": [*_READ],
    },
    {
        "code": "executive", "profile": "executive", "scope_kind": "all", "serves_customers": False,
        "name_zh": "公司领导", "name_en": "Executive",
        "duties_zh": "经营决策，单位对标，批准制度。",
        "duties_en": "Decides, compares units, approves policy.",
        "rights": [
            *_WRITE, "customers.export", "ledger.export", "staffing.view", "rulebook.approve", "work.view", "work.give",
            "work.announce", "lists.share", "boards.edit", "org.absences", "org.who_sees",
        ],
    },
    {
        "code": "hr", "profile": "hr", "scope_kind": "all", "serves_customers": False,
        "name_zh": "人力与考核", "name_en": "HR and assessment",
        "duties_zh": "起草制度，管理机构与人员，定级考核。",
        "duties_en": "Drafts policy, keeps units and people, grades and assesses.",
        "rights": [
            *_WRITE, "org.edit", "org.export", "org.personal", "org.labour_cost", "staffing.view", "staffing.pay",
            "org.absences", "org.import", "org.directory", "rulebook.draft", "work.announce", "lists.share", "ledger.export", "boards.edit",
        ],
    },
    {
        "code": "back_office", "profile": "back_office", "scope_kind": "all", "serves_customers": False,
        "name_zh": "后台支撑", "name_en": "Back office",
        "duties_zh": "导入账务，月结，支撑前台。",
        "duties_en": "Imports the ledger, closes the month, supports the front.",
        "rights": [*_WRITE, *_EVERYTHING_IN, "ledger.close", "jobs.view"],
    },
    {
        "code": "auditor", "profile": "auditor", "scope_kind": "all", "serves_customers": False,
        "name_zh": "审计", "name_en": "Auditor",
        "duties_zh": "查阅谁看过、改过什么。",
        "duties_en": "Reads who saw or changed what.",
        "rights": [*_READ, "org.who_sees", "audit.view", "log_ins.view", "jobs.view"],
    },
    {
        "code": "administrator", "profile": "administrator", "scope_kind": "all", "serves_customers": False,
        "name_zh": "系统管理员", "name_en": "Administrator",
        "duties_zh": "建账号，导入资料，维护系统。",
        "duties_en": "Makes log-ins, imports, keeps the system.",
        "rights": [
            *_WRITE, *_EVERYTHING_IN, "customers.edit", "customers.export", "ledger.export", "customers.merge", "customers.personal",
            "pool.claim", "assignments.change", "ledger.close", "records.tags", "records.fields",
            "org.edit", "org.export", "org.personal", "org.labour_cost", "org.roles", "org.who_sees", "org.look", "org.grant", "staffing.view",
            "jobs.view", "log_ins.view", "log_ins.edit", "work.view", "work.give", "work.announce",
            "lists.share", "boards.edit", "work.channels", "org.absences", "org.directory",
        ],
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """Rights role types of this version start with and the enterprise's role type of that code lacks."""

    role_id: int
    code: str
    rights: tuple[str, ...]


def propose_rights(
    roles: Iterable[tuple[int, str, Collection[str]]],
    decided: Collection[tuple[int, str]],
    known: Collection[str],
) -> list[Proposed]:
    """What an older home may add to its role types.

    Args:
        roles: The enterprise's role types: id, code and rights.
        decided: (role type, right) somebody has decided about, either way: not asked again.
        known: Rights there are in this installation.
    """
    shipped = {one["code"]: one["rights"] for one in ROLE_TYPES}
    found = []
    for role_id, code, held in roles:
        missing = tuple(
            right
            for right in dict.fromkeys(shipped.get(code, ()))
            if right in known and right not in held and (role_id, right) not in decided
        )
        if missing:
            found.append(Proposed(role_id, code, missing))
    return found
