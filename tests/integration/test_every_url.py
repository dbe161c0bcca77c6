"""Every address × the whole cast: who opens it, and that nobody else does.

A new address must say here who may open it, or the test that lists them fails.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from qiao.customers.models import DuplicatePair
from qiao.ledger.actions import save_analysis
from qiao.org import actions as org_actions
from qiao.org.access import viewer_of
from qiao.org.models import DepartmentPlace, DirectoryRun
from qiao.rating.models import ManagerLoad
from qiao.reports import actions as reports
from qiao.reports.models import Bulletin, BulletinPlan
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, register, unregister
from qiao.runtime.records import actions as records
from qiao.runtime.records.access import get_record
from qiao.work import actions as work
from qiao.work import queries as work_queries
from qiao.work.core.route import Stage
from qiao.work.models import HookDelivery, Webhook
from tests.cast import MEMBERS
from tests.integration.ledger.rows import make_rows
from tests.integration.runtime.test_attachments import picture as make_picture

pytestmark = pytest.mark.django_db

PAPER = ApprovalKind("test.paper", "Paper", lambda pk: "/", on_agreed=lambda **_: None)
ALL = frozenset(MEMBERS)
ADMIN = frozenset({"administrator"})
STAFF = ALL - {"outsider"}
SEES_OURS = frozenset({"manager", "deputy", "supervisor", "auditor", "administrator"})
EDITS_OURS = frozenset({"manager", "deputy", "supervisor", "administrator"})
SERVES = frozenset({"manager", "deputy", "neighbour", "former", "supervisor", "administrator"})
SEES_CUSTOMERS = SERVES | {"auditor"}
SEES_ORG = STAFF
SEES_UNITS = frozenset({"supervisor", "hr", "auditor", "administrator"})
EDITS_ORG = frozenset({"hr", "administrator"})
# Managers see themselves and the units above them; the rest of the organisation only who reaches it.
SEES_MANAGER = frozenset({"manager", "supervisor", "hr", "auditor", "administrator"})
SEES_JIA = frozenset({"manager", "deputy", "former", "supervisor", "hr", "auditor", "administrator"})
READS_RULES = SERVES | {"hr", "auditor"}
DRAFTS_RULES = frozenset({"hr", "administrator"})

LEADS_JIA = frozenset({"supervisor", "auditor", "administrator"})

# url name → members who get the page. Post-only addresses answer 405 to those who may.
MAY: dict[str, frozenset[str]] = {
    "home": ALL,
    "me": ALL,
    "search": ALL,
    "jobs:jobs": ALL,
    "lists:menu": ALL,
    "sessions:sessions": ALL,
    "mfa_index": ALL,
    "lists:save": ALL,
    "lists:cell": EDITS_OURS,
    "lists:move": EDITS_OURS,
    "lists:bulk": SERVES,
    "lists:changes": ALL,
    "lists:exports": ALL,
    "rulebook:articles": READS_RULES,
    "rulebook:version": READS_RULES,
    "rulebook:text": READS_RULES,
    "rulebook:draft": DRAFTS_RULES,
    "rulebook:edit": DRAFTS_RULES,
    "rulebook:try": DRAFTS_RULES,
    "rulebook:try_row": DRAFTS_RULES,
    "rulebook:try_book": DRAFTS_RULES,
    "rulebook:discard": DRAFTS_RULES,
    "rulebook:approve": ADMIN,
    "rulebook:end": ADMIN,
    "audit:changes": frozenset({"auditor", "administrator"}),
    "audit:exports": frozenset({"auditor", "administrator"}),
    "protection:open": SEES_CUSTOMERS,
    "audit:reads": frozenset({"auditor", "administrator"}),
    "audit:log_ins": frozenset({"auditor", "administrator"}),
    "tokens:tokens": frozenset(
        {"manager", "deputy", "neighbour", "former", "supervisor", "hr", "administrator"}
    ),
    "imports:upload": frozenset({"supervisor", "administrator"}),
    "imports:template": frozenset({"supervisor", "administrator"}),
    "org:units": SEES_ORG,
    "org:people": SEES_ORG,
    "org:role_types": SEES_ORG,
    "org:role_type": ADMIN,
    "org:who_sees": ADMIN,
    "org:look": ADMIN,
    "org:looks": frozenset({"auditor", "administrator"}),
    "org:end_look": ALL,
    "org:grants": ADMIN,
    "org:end_grant": ADMIN,
    "work:ask_access": STAFF | {"outsider"},
    "work:access_request": frozenset({"manager", "auditor", "administrator"}),
    "org:new_role_type": ADMIN,
    "org:proposed_rights": ADMIN,
    "org:propose_again": ADMIN,
    "org:unit": SEES_JIA,
    "org:unit_overview": SEES_JIA,
    "org:unit_history": SEES_JIA,
    "org:new_unit": EDITS_ORG,
    "org:move_unit": EDITS_ORG,
    "org:close_unit": EDITS_ORG,
    "org:new_person": EDITS_ORG,
    "org:person": SEES_MANAGER,
    "org:person_overview": SEES_MANAGER,
    "org:person_history": SEES_MANAGER,
    "org:edit_person": EDITS_ORG,
    "org:appoint": EDITS_ORG,
    "org:register": SEES_ORG,
    "org:headcount": SEES_UNITS,
    "org:labour_costs": EDITS_ORG,
    "org:new_labour_cost": EDITS_ORG,
    "reports:staffing": frozenset({"supervisor", "hr", "administrator"}),
    "reports:staffing_card": frozenset({"supervisor", "hr", "administrator"}),
    "reports:staffing_why": frozenset({"supervisor", "hr", "administrator"}),
    "reports:staffing_pay": EDITS_ORG,
    "org:talents": SEES_ORG,
    "org:structure": SEES_ORG,
    "org:unit_structure": frozenset({"supervisor", "hr", "auditor", "administrator"}),
    **dict.fromkeys(
        (
            "org:create_missing",
            "org:undo_made",
            "org:set_up_post",
            "org:templates",
            "org:enter_usual_structure",
            "org:new_template_unit",
            "org:template_unit",
            "org:drop_template_unit",
            "org:new_template_post",
            "org:drop_template_post",
        ),
        EDITS_ORG,
    ),
    "org:posts": SEES_ORG,
    "org:post": SEES_ORG,
    "org:my_post": ALL,
    "org:say_known": ALL,
    **dict.fromkeys(("org:new_post", "org:enter_usual_posts", "org:describe_post"), EDITS_ORG),
    "org:person_register": SEES_MANAGER,
    **dict.fromkeys(
        (
            "org:describe",
            "org:end_attribute",
            "org:new_qualification",
            "org:qualification",
            "org:withdraw_qualification",
            "org:words",
            "org:new_word",
            "org:word",
            "org:plan_talents",
        ),
        EDITS_ORG,
    ),
    "org:personal": EDITS_ORG,
    "org:grade": EDITS_ORG,
    "org:log_in": ADMIN,
    **dict.fromkeys(
        ("org:log_in_card", "org:accounts", "org:new_password", "org:reset_factors"),
        ADMIN,
    ),
    "org:leave": EDITS_ORG,
    **dict.fromkeys(("org:departures", "org:departure", "org:undo_departure"), EDITS_ORG),
    "org:end_posting": EDITS_ORG,
    "org:transfer_posting": EDITS_ORG,
    "customers:customers": SEES_CUSTOMERS,
    "customers:map": SEES_CUSTOMERS,
    "customers:new": SERVES,
    "customers:assign": frozenset({"supervisor", "administrator"}),
    "customers:move": frozenset({"supervisor", "administrator"}),
    "customers:customer": SEES_OURS,
    "customers:overview": SEES_OURS,
    "customers:people": SEES_OURS,
    "customers:sites": SEES_OURS,
    "customers:service": SEES_OURS,
    "customers:history": SEES_OURS,
    "customers:edit": EDITS_OURS,
    "customers:new_contact": EDITS_OURS,
    "customers:contact": EDITS_OURS,
    "customers:remove_contact": EDITS_OURS,
    "customers:contact_notes": SEES_OURS,
    "customers:contracts": SEES_CUSTOMERS,
    "customers:contract_tab": SEES_OURS,
    "customers:contract_page": SEES_OURS,
    "customers:stages": SEES_OURS,
    "customers:new_contract": EDITS_OURS,
    "customers:contract": EDITS_OURS,
    "customers:new_business_line": EDITS_OURS,
    "customers:business_line": EDITS_OURS,
    "customers:new_site": EDITS_OURS,
    "customers:site": EDITS_OURS,
}
MAY |= {
    "customers:duplicates": SEES_CUSTOMERS,
    "customers:pool": ADMIN,
    "customers:personal_reads": frozenset({"auditor", "administrator"}),
    **dict.fromkeys(
        ("customers:personal", "customers:consent", "customers:withdraw_consent", "customers:take_out", "customers:erase_contact"), ADMIN
    ),
    "customers:claim": frozenset(),
    "customers:merge_done": SEES_OURS,
    **dict.fromkeys(("customers:before_visit", "ledger:customer_brief", "work:customer_open_tasks", "rating:tier_brief"), SEES_OURS),
    **dict.fromkeys(
        ("customers:end_contract", "customers:remove_contract", "customers:end_business_line", "customers:remove_business_line"),
        EDITS_OURS,
    ),
    **dict.fromkeys(
        ("customers:search_duplicates", "customers:different", "customers:look_again", "customers:merge", "customers:unmerge"), ADMIN
    ),
}  # fmt: skip
MAY |= {
    "ledger:figures": SEES_CUSTOMERS,
    "ledger:lines": SEES_CUSTOMERS,
    **dict.fromkeys(
        ("ledger:analysis", "ledger:analysis_cell", "ledger:analysis_filter", "ledger:analysis_save", "ledger:analysis_stop"), SEES_CUSTOMERS
    ),
    "ledger:analysis_mail": SEES_CUSTOMERS,  # a shared one
    "ledger:analysis_remove": frozenset({"supervisor"}),  # its owner
    "ledger:analysis_prepare": ADMIN,
    "reports:boards": SEES_CUSTOMERS,
    "reports:bulletins": ALL,
    # A draft for 甲县: whoever may announce there and see figures.
    **dict.fromkeys(
        ("reports:bulletin", "reports:edit_bulletin", "reports:publish_bulletin", "reports:drop_bulletin",
         "reports:new_bulletin", "reports:new_bulletin_plan", "reports:end_bulletin_plan"),
        frozenset({"supervisor", "administrator"}),
    ),
    "reports:home_board": SEES_CUSTOMERS,
    # A board of the supervisors; administrators arrange all.
    **dict.fromkeys(("reports:board", "reports:board_card"), frozenset({"supervisor", "administrator"})),
    **dict.fromkeys(
        ("reports:new_board", "reports:usual_boards", "reports:edit_board", "reports:remove_board", "reports:add_card", "reports:change_card"),
        ADMIN,
    ),
    "ledger:catalogue": SEES_CUSTOMERS,
    "ledger:indicator": SEES_CUSTOMERS,
    "ledger:customer": SEES_OURS,
    "ledger:unit": LEADS_JIA,
    "ledger:why": LEADS_JIA,
    "ledger:person": LEADS_JIA | {"manager"},
    **dict.fromkeys(
        (
            "ledger:batches", "ledger:new_batch", "ledger:batch", "ledger:batch_errors", "ledger:write_batch",
            "ledger:check_batch", "ledger:undo_batch", "ledger:drop_batch", "ledger:feeds", "ledger:new_feed",
            "ledger:feed", "ledger:runs", "ledger:run",
        ),
        ADMIN,
    ),
}  # fmt: skip
MAY |= {
    "reports:figures": SEES_CUSTOMERS,
    "reports:closes": SEES_CUSTOMERS,
    "reports:moved": SEES_CUSTOMERS,
    "reports:silent": SEES_CUSTOMERS,
    "reports:unserved": SEES_CUSTOMERS,
    "reports:ranking": LEADS_JIA,
    "reports:map": LEADS_JIA,
    "reports:drafts": READS_RULES,
    "reports:imports": ADMIN,
    "reports:log_ins": frozenset({"auditor", "administrator"}),
}
MAY |= {
    "rating:tier": SEES_OURS,
    "rating:load_why": frozenset({"manager", "supervisor", "auditor", "administrator"}),
    **dict.fromkeys(
        (
            "rating:core", "rating:movers", "rating:loads", "rating:core_card", "rating:movers_card",
            "rating:loads_card",
        ),
        SEES_CUSTOMERS,
    ),
}  # fmt: skip
MAY |= {
    # HR's notice to 甲县 is for customers too; who sees both the notice and customers follows it.
    **dict.fromkeys(
        ("customers:notice_tab", "customers:notice_list"), frozenset({"manager", "deputy", "former", "supervisor", "administrator"})
    ),
    **dict.fromkeys(
        ("customers:notice_told", "customers:notice_acknowledged"), frozenset({"manager", "deputy", "former", "supervisor", "administrator"})
    ),
    **dict.fromkeys(
        (
            "org:directories", "org:directory", "org:directory_setup", "org:check_directory", "org:start_directory_run",
            "org:departments", "org:place_by_name", "org:department", "org:directory_run", "org:apply_directory_run",
        ),
        ADMIN,
    ),
    "org:calendar": ALL,
    "org:absences": ALL,
    "org:new_absence": ALL,
    "org:end_absences": ALL,
    "org:set_hours": EDITS_ORG,
    "org:set_day": EDITS_ORG,
    "org:seed_holidays": EDITS_ORG,
    **dict.fromkeys(
        (
            "work:inbox", "work:inbox_card", "work:tasks", "work:new_task", "work:approvals", "work:delegations",
            "work:put_away", "work:decide_many", "work:notices", "work:telling", "work:add_browser",
        ),
        ALL,
    ),
    # The manager's own task in 甲县; whoever reaches the unit's work sees it too.
    **dict.fromkeys(
        (
            "work:task", "work:end_task", "work:drop_task", "work:hand_on_task", "work:pause_task", "work:resume_task",
        ),
        frozenset({"manager", "supervisor", "administrator"}),
    ),
    # The manager asks, HR is asked, auditors read.
    **dict.fromkeys(
        ("work:approval", "work:decide", "work:comment", "work:author_step"),
        frozenset({"manager", "hr", "auditor", "administrator"}),
    ),
    "work:customer_tasks": SEES_OURS,
    "work:new_notice": frozenset({"supervisor", "hr", "administrator"}),
    # Published by HR to 甲县 and below: its people, its author, and who announces above them.
    **dict.fromkeys(("work:notice", "work:notice_readers"), frozenset({"manager", "deputy", "former", "supervisor", "hr", "administrator"})),
    "work:acknowledge": frozenset({"manager", "deputy", "former"}),
    "work:remind_of_notice": frozenset({"hr"}),
    **dict.fromkeys(
        (
            "work:channels", "work:channel", "work:webhooks", "work:new_webhook", "work:webhook", "work:edit_webhook",
            "work:remove_webhook", "work:hook_delivery", "work:replay",
        ),
        ADMIN,
    ),
    **dict.fromkeys(("work:send_back", "work:add_signer"), frozenset({"hr"})),
}  # fmt: skip
# What hangs on records: seen by who sees the record, written by those of them who may write.
WRITES_OURS = SEES_OURS - {"auditor"}
MAY |= {
    **dict.fromkeys(
        (
            "records:comments",
            "records:print",
            "records:values",
            "records:bar",
            "records:favourite",
            "records:followers",
            "records:follow",
            "records:files",
            "records:file",
            "records:small",
        ),
        SEES_OURS,
    ),
    **dict.fromkeys(("records:colleagues", "records:remove_file"), WRITES_OURS),
    "records:comment_history": SEES_OURS,
    **dict.fromkeys(("records:mark", "records:mark_many"), WRITES_OURS),
    **dict.fromkeys(("records:tags", "records:tag", "records:drop_tag"), ADMIN),
    **dict.fromkeys(("records:kinds", "records:fields", "records:field"), ADMIN),
    "records:fill": EDITS_OURS,
    "records:places": ALL,
    **dict.fromkeys(("records:comment", "records:remove_comment"), frozenset({"manager"})),  # its author
}
# Owned by whoever made the row, and tried with a row of the administrator's below.
OWN_ROWS = {
    "jobs:job", "jobs:panel", "jobs:cancel", "tokens:revoke", "lists:remove", "sessions:end", "imports:run", "imports:commit",
    "imports:errors", "imports:columns", "imports:undo",
    "lists:change", "lists:undo", "lists:export", "lists:export_file", "work:open_line", "work:snooze", "work:remove_address", "work:end_delegation",
}  # fmt: skip
OPEN = {"set_language", "account_login", "account_logout", "account_change_password", "account_reauthenticate",
        "account_inactive", "service_worker", "second_factor"}  # fmt: skip
# Before or at the log-in, or about one's own factors only: each is tried in tests/integration/gate.
OPEN_PREFIXES = ("mfa_", "openid_connect_", "wecom_", "dingtalk_", "feishu_")


def every_url() -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of every page."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            elif entry.name:
                yield prefix + entry.name, entry

    yield from walk(get_resolver(), "")


@pytest.fixture
def address(cast):
    """``address(name, pattern)`` → the page's address for the cast's own rows."""
    from qiao.customers import actions
    from qiao.org import queries as org
    from qiao.rulebook.actions import install_articles
    from qiao.rulebook.queries import read_pack

    ours = cast.customers["ours"]
    contact = actions.put_contact(customer=ours, by=None, name="联系人")
    site = actions.put_site(customer=ours, by=None, address="甲县某路1号")
    contract = actions.put_contract(
        customer=ours,
        by=None,
        number="HT-1",
        title="专线合同",
        starts_on=date(2026, 1, 1),
        ends_before=date(2027, 1, 1),
    )
    line = actions.put_business_line(customer=ours, by=None, product="专线", starts_on=date(2026, 1, 1))
    spare = actions.open_file(
        code="C-spare", name="云桥机械", home_unit=cast.units["jia"], starts_on=date(2026, 1, 1), by=None
    )
    gone = actions.open_file(
        code="C-gone", name="云桥机械厂", home_unit=cast.units["jia"], starts_on=date(2026, 1, 1), by=None
    )
    merge = actions.merge(survivor_id=ours.pk, merged_id=gone.pk, take=[], reason="x", by=None)
    consent = actions.note_consent(
        contact=contact, field="occupation", given_on=clock.today(), means="当面", person_id=None, by=None
    )
    pair = DuplicatePair.objects.create(first=ours, second=spare, points=70, found_at=clock.now())
    posting = org.list_postings(cast.people["manager"].pk)[0]
    texts = {name: read_pack("telecom")[name] for name in ("deputies.yaml", "staffing_watch.yaml")}
    install_articles(texts=texts, pack="telecom", by=None)

    rows = make_rows(cast)
    load = ManagerLoad.objects.create(
        run_id=rows["run"].pk, month=date(2026, 10, 1), person=cast.people["manager"], unit=cast.units["jia"],
        code="x", version=1, load=1, is_over=False, accounts=1, unread=0, trace={"label": "load, 1 is full"},
    )  # fmt: skip
    ledger = {
        "ledger:unit": cast.units["jia"].pk,
        "ledger:person": cast.people["manager"].pk,
        "ledger:customer": ours.pk,
        "ledger:customer_brief": ours.pk,
        "ledger:why": rows["figure"].pk,
        "ledger:run": rows["run"].pk,
        "batch": rows["batch"].pk,
    }

    asked_often = save_analysis(
        viewer=viewer_of(cast.users["supervisor"]), name="x", query="i=revenue", shared=True, by=cast.users["supervisor"]
    )  # fmt: skip
    board = reports.put_board(
        board=None, title_zh="看板", title_en="", profiles=["supervisor"], at_home=True, by=None
    )
    board_card = reports.add_card(board=board, saved_id=asked_often.pk, width=6, shape="table", by=None)
    ranked = {
        "unit": cast.units["jia"],
        "indicator": "revenue",
        "ranked": "manager",
        "made_by": cast.users["supervisor"],
    }
    draft = Bulletin.objects.create(title="榜", period="2026-10", rows=[], prepared_at=clock.now(), **ranked)
    ranking = BulletinPlan.objects.create(title="榜", by="month", every="close", at="08:00", **ranked)
    register(PAPER)
    manager = cast.people["manager"]
    task = work.give_task(title="回访", owner_id=manager.pk, by=None, minutes=60, counts="round")
    asked = work.ask(
        kind=PAPER.code, subject_id=1, title="一份文件", author_id=manager.pk, by=cast.users["manager"],
        route=[Stage("人力", "any", (cast.people["hr"].pk,))],
    )  # fmt: skip

    notice = work.publish(
        title="价格通知", text="自下月起执行。", kind="price", unit_id=cast.units["jia"].pk, unit_ids=frozenset({cast.units["jia"].pk}),
        author_id=cast.people["hr"].pk, for_customers=True, acknowledge_by=None, by=cast.users["hr"],
    )  # fmt: skip
    hook = Webhook.objects.create(
        name="x", url="https://example.com/", secret="s", topics=["task.given"], made_at=clock.now()
    )
    told = HookDelivery.objects.create(
        hook=hook, event="task.given", key=uuid4(), body={}, made_at=clock.now(), state="sent"
    )

    org_actions.describe(
        person=manager,
        word=org.get_word(org.words_by_text("employment")["contract"]),
        on=date(2024, 1, 1),
        by=None,
    )
    described = org_actions.create_post(
        code="x", family=org.get_word(org.words_by_text("family")["sales"]), name_zh="岗位", by=None
    )
    template = org_actions.put_template_unit(code="t", for_kind="city", kind="room", name_zh="室", by=None)
    asked_post = org_actions.put_template_post(for_kind="city", post=described, number=1, by=None)
    org_actions.decide_rights(
        picked=[(one.role_id, right) for one in org.proposed_rights()[:1] for right in one.rights[:1]], accept=False, by=None
    )  # fmt: skip
    withdrawn = org.list_right_decisions().get()
    made = org_actions.make_missing(unit_ids=[cast.units["east"].pk], on=clock.today(), by=None)
    certificate = org_actions.put_qualification(
        person=manager, kind=org.get_word(org.words_by_text("qualification")["economist"]), issued_on=date(2024, 1, 1), by=None
    )  # fmt: skip
    record = get_record(viewer_of(cast.users["manager"]), "customer", ours.pk)
    said = records.comment(record=record, text="看过了", by=cast.users["manager"])

    more = records.put_field(kind=record.descriptor, by=None, code="boiler", label_zh="锅炉型号", type="text")
    word = records.put_tag(kind="customer", name="重点", colour="red", by=None)
    [photo] = records.attach(
        record=record, uploads=[("现场.png", [make_picture("PNG", (8, 8))])], by=cast.users["manager"]
    )

    granted = org_actions.grant(
        person=manager, right="customers.export", scope_kind="self", reason="x", ends_before=clock.today() + timedelta(days=9), by=None
    )  # fmt: skip
    asked_right = work.ask_for_access(
        viewer=viewer_of(cast.users["manager"]), right="customers.merge", scope_kind="self", reason="x", by=cast.users["manager"],
        ends_before=clock.today() + timedelta(days=9),
    )  # fmt: skip

    department = DepartmentPlace.objects.create(directory="wecom", department="1", name="x")
    compared = DirectoryRun.objects.create(
        directory="wecom", state="failed", at=clock.now(), on=clock.today()
    )

    left = org_actions.leave(
        person=cast.people["former"], on=clock.today() + timedelta(days=30), successor=cast.people["deputy"], reason="x", by=None
    )  # fmt: skip

    def make(name: str, pattern: URLPattern) -> str:
        values = {
            "kind": "customers",
            "pk": ours.pk if name.startswith("customers:") else 1,
            "contact_id": contact.pk,
            "site_id": site.pk,
            "contract_id": contract.pk,
            "line_id": line.pk,
            "other": spare.pk,
            "merge_id": merge.pk,
            "pair_id": pair.pk,
            "consent_id": consent.pk,
            "posting_id": posting.pk,
            "code": "telecom-deputies",
            "version": 1,
            "step": "remind",
            "year": 2026,
            "list_code": "field",
            "directory": "wecom",
            "card_id": board_card.pk,
            "attribute_id": org.list_attributes(manager.pk)[0].pk,
            "qualification_id": certificate.pk,
            "must_know_id": 1,
            "word_id": org.words_by_text("field")["ip"],
        }
        if name.startswith("records:"):
            values |= {
                "kind": "customer",
                "pk": ours.pk,
                "comment_id": said.pk,
                "file_id": photo.pk,
                "tag_id": word.pk,
                "field_id": more.pk,
            }
        if name.startswith("work:"):
            values["pk"] = task.pk if name.endswith("task") else asked.pk
        if "notice" in name or name == "work:acknowledge":
            values["pk"] = notice.pk
        if name.startswith("work:") and ("hook" in name or name == "work:replay"):
            values |= {"pk": hook.pk, "delivery_id": told.pk}
        if name in ("work:customer_tasks", "work:customer_open_tasks"):
            values["pk"] = ours.pk
        if name == "work:channel":
            values["code"] = "mail"
        if name.startswith("org:"):
            values["pk"] = cast.units["jia"].pk if "unit" in name else cast.people["manager"].pk
        if "template" in name:
            values["row_id"] = (asked_post if name.endswith("post") else template).pk
        if name == "customers:contract_page":
            values["pk"] = contract.pk
        if name == "org:propose_again":
            values["pk"] = withdrawn.pk
        if name == "org:undo_made":
            values["row_id"] = made.pk
        if name == "org:set_up_post":
            values["pk"] = cast.units["jia"].pk
        if name == "org:who_sees":
            values["kind"] = "customer"
            values["pk"] = ours.pk
        if name == "org:end_grant":
            values["pk"] = granted.pk
        if name == "work:access_request":
            values["pk"] = asked_right.subject_id
        if name == "org:department" or name.endswith("directory_run"):
            values |= {"pk": department.pk if name == "org:department" else compared.pk}
        if name == "org:role_type":
            values["pk"] = posting.role_type_id
        if name in ("org:post", "org:describe_post"):
            values["pk"] = described.pk
        if name in ("org:departure", "org:undo_departure"):
            values["pk"] = left.pk
        if name == "reports:staffing_why":
            values |= {"pk": cast.units["east"].pk, "rule": "shares-specialists"}
        if name.startswith("reports:") and ("board" in name or "card" in name):
            values["pk"] = board.pk
        if "bulletin" in name:
            values["pk"] = ranking.pk if "plan" in name else draft.pk
        if name.startswith("rating:"):
            values["pk"] = ours.pk if name in ("rating:tier", "rating:tier_brief") else load.pk
        if name in ("ledger:analysis_mail", "ledger:analysis_remove"):
            values["pk"] = asked_often.pk
        elif name.startswith("ledger:"):
            values |= {"code": "revenue" if name == "ledger:indicator" else "bills"}
            values["pk"] = ledger.get(name) or ledger["batch"]
        wanted = pattern.pattern.converters
        if name == "ledger:analysis_filter":
            return reverse(name) + "?of=tier"
        query = {
            **dict.fromkeys(("customers:assign", "customers:move", "records:mark_many"), f"?pick={ours.pk}"),
            "lists:cell": f"?address=/customers/&column=industry&row={ours.pk}",
            "lists:move": f"?address=/customers/&column=stage&row={ours.pk}",
            "work:ask_access": "?right=customers.merge",
            "lists:bulk": "?address=/customers/",
        }.get(name, "")
        return reverse(name, kwargs={k: v for k, v in values.items() if k in wanted}) + query

    yield make
    unregister(PAPER)


def pages() -> list[tuple[str, URLPattern]]:
    return [
        (n, p)
        for n, p in every_url()
        if not n.startswith(("api:", "design"))
        and n not in OPEN
        and (n == "mfa_index" or not n.startswith(OPEN_PREFIXES))
    ]


def test_every_address_says_who_may_open_it():
    unsaid = [name for name, _ in pages() if name not in MAY and name not in OWN_ROWS]
    assert unsaid == []


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_opens_what_he_may_and_nothing_else(member, address, log_in):
    client, wrong = log_in(member), []
    for name, pattern in pages():
        if name in OWN_ROWS:
            continue
        response = client.get(address(name, pattern), HTTP_HX_REQUEST="true")
        status = response.status_code
        if response.streaming:
            list(response.streaming_content)  # reads a download to its end, which closes it
        expected = {200, 405} if member in MAY[name] else {403, 404, 405}
        if status not in expected:
            wrong.append((name, status))
        if status == 405 and member not in MAY[name]:  # post-only: a stranger's post changes nothing either
            posted = client.post(address(name, pattern), HTTP_HX_REQUEST="true").status_code
            if posted not in {403, 404}:
                wrong.append((name, f"POST {posted}"))
    assert wrong == []


def test_an_anonymous_visitor_is_led_to_the_log_in_page_from_everywhere(address, client):
    wrong = []
    for name, pattern in pages():
        texts = {"directory": "wecom", "kind": "customers", "step": "remind", "code": "mail"}
        path = reverse(name, kwargs={k: texts.get(k, 1) for k in pattern.pattern.converters})
        response = client.get(path)
        if not (response.status_code == 302 and "/accounts/login/" in response["Location"]):
            wrong.append((name, response.status_code))
    assert wrong == []


def test_rows_of_another_are_not_there(cast, log_in):
    from qiao.runtime.jobs import actions as jobs
    from qiao.runtime.tokens import actions as tokens

    job = jobs.enqueue("imports.check", by=cast.users["administrator"], args={"run_id": 0})
    token, _secret = tokens.issue(
        user=cast.users["administrator"], held=["org.view"], name="x", rights=["org.view"], days=1
    )
    client = log_in("manager")
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.get(f"/jobs/{job.pk}/panel/").status_code == 404
    work.give_task(title="别人的", owner_id=cast.people["hr"].pk, by=None)
    line = work_queries.list_inbox(cast.people["hr"].pk).get()
    assert client.get(f"/inbox/lines/{line.pk}/").status_code == 404
    assert client.post(f"/inbox/lines/{line.pk}/snooze/", {"until": "hour"}).status_code == 404
    today = clock.today()
    absence = org_actions.note_absence(
        person=cast.people["hr"],
        substitute=None,
        starts_on=today,
        ends_before=today + timedelta(days=2),
        reason="",
        by=None,
    )
    assert client.post("/org/absences/end/", {"pick": [absence.pk]}).status_code == 404
    given = work.delegate(
        person_id=cast.people["hr"].pk, delegate_id=cast.people["auditor"].pk, starts_on=today,
        ends_before=today + timedelta(days=1), kind="", reason="", by=None,
    )  # fmt: skip
    assert client.post(f"/inbox/delegations/{given.pk}/end/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_post_without_its_forgery_token_is_refused(cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.users["supervisor"], backend="qiao.runtime.login.backend.Backend")
    assert strict.post("/customers/assign/", {"pick": cast.customers["ours"].pk}).status_code == 403
