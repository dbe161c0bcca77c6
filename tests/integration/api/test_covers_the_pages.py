"""The API does all that the pages do: every page names the operations that do the same.

A new page must say here which operation answers to it, or why none needs to; the test fails until it does.
"""

import pytest
from django.urls import URLPattern

from tests.integration.test_every_url import every_url, pages

pytestmark = pytest.mark.django_db

DOES: dict[str, str] = {
    "me": "GET /org/me",
    "search": "GET /search",
    "jobs:jobs": "GET /jobs",
    "jobs:job": "GET /jobs/{job_id}",
    "jobs:panel": "GET /jobs/{job_id}",
    "jobs:cancel": "POST /jobs/{job_id}/cancel",
    "audit:changes": "GET /audit/changes",
    "audit:log_ins": "GET /audit/log-ins",
    "audit:exports": "GET /audit/exports",
    "audit:reads": "GET /protected/reads",
    "protection:open": "POST /protected/fields/{code}/{pk}/open, GET /protected/fields",
    "sessions:sessions": "GET /sessions",
    "sessions:end": "DELETE /sessions/{name}",
    "mfa_index": "GET /sessions/factors",
    "lists:menu": "GET /lists",
    "lists:save": "POST /lists",
    "lists:remove": "DELETE /lists/{saved_id}",
    "tokens:tokens": "GET /tokens, POST /tokens",
    "tokens:revoke": "DELETE /tokens/{token_id}",
    "imports:upload": "GET /imports, GET /imports/{kind}, POST /imports/{kind}",
    "imports:template": "GET /imports/{kind}/template",
    "imports:run": "GET /imports/{kind}/{run_id}",
    "imports:commit": "POST /imports/{kind}/{run_id}/commit",
    "imports:errors": "GET /imports/{kind}/{run_id}/errors",
    "org:new_role_type": "POST /org/role-types",
    "org:role_type": "PATCH /org/role-types/{role_type_id}",
    "org:units": "GET /org/units",
    "org:new_unit": "POST /org/units",
    "org:unit": "GET /org/units/{unit_id}, PATCH /org/units/{unit_id}",
    "org:unit_overview": "GET /org/units/{unit_id}, GET /org/people",
    "org:unit_history": "GET /org/units/{unit_id}/history",
    "org:move_unit": "POST /org/units/{unit_id}/move",
    "org:close_unit": "POST /org/units/{unit_id}/close",
    "org:people": "GET /org/people",
    "org:new_person": "POST /org/people",
    "org:person": "GET /org/people/{person_id}",
    "org:person_overview": "GET /org/people/{person_id}/postings, GET /org/people/{person_id}/grades",
    "org:person_history": "GET /org/people/{person_id}/history",
    "org:edit_person": "PATCH /org/people/{person_id}",
    "org:appoint": "POST /org/people/{person_id}/postings",
    "org:register": "GET /org/register",
    "org:person_register": "GET /org/people/{person_id}/file",
    "org:describe": "POST /org/people/{person_id}/attributes",
    "org:end_attribute": "POST /org/people/{person_id}/attributes/{attribute_id}/end",
    "org:new_qualification": "POST /org/people/{person_id}/qualifications",
    "org:qualification": "PUT /org/people/{person_id}/qualifications/{qualification_id}",
    "org:withdraw_qualification": "DELETE /org/people/{person_id}/qualifications/{qualification_id}",
    "org:personal": "PUT /org/people/{person_id}/personal",
    "org:words": "GET /org/words",
    "org:new_word": "POST /org/words/{list_code}",
    "org:word": "PUT /org/words/{word_id}",
    "org:headcount": "GET /org/headcount, GET /org/headcount/months",
    "org:labour_costs": "GET /org/labour-costs",
    "org:new_labour_cost": "PUT /org/labour-costs",
    "reports:staffing": "GET /reports/staffing",
    "reports:staffing_card": "GET /reports/staffing",
    "reports:staffing_why": "GET /reports/staffing/{unit_id}/{rule}",
    "reports:staffing_pay": "GET /reports/staffing/pay",
    "org:posts": "GET /org/posts",
    "org:post": "GET /org/posts/{post_id}, GET /org/people",
    "org:new_post": "POST /org/posts",
    "org:enter_usual_posts": "POST /org/posts/usual",
    "org:describe_post": "POST /org/posts/{post_id}/versions",
    "org:my_post": "GET /org/my-post",
    "org:say_known": "PUT /org/my-post/{must_know_id}",
    "org:structure": "GET /org/structure",
    "org:unit_structure": "GET /org/structure",
    "org:create_missing": "POST /org/structure/missing",
    "org:templates": "GET /org/structure/templates",
    "org:enter_usual_structure": "POST /org/structure/templates/usual",
    "org:new_template_unit": "POST /org/structure/templates/units",
    "org:template_unit": "PUT /org/structure/templates/units/{row_id}",
    "org:drop_template_unit": "DELETE /org/structure/templates/units/{row_id}",
    "org:new_template_post": "PUT /org/structure/templates/posts",
    "org:drop_template_post": "DELETE /org/structure/templates/posts/{row_id}",
    "org:talents": "GET /org/talents",
    "org:plan_talents": "PUT /org/talents",
    "org:end_posting": "POST /org/people/{person_id}/postings/{posting_id}/end",
    "org:transfer_posting": "POST /org/people/{person_id}/postings/{posting_id}/transfer",
    "org:grade": "POST /org/people/{person_id}/grades",
    "org:log_in": "POST /org/people/{person_id}/log-in",
    "org:log_in_card": "GET /org/people/{person_id}/log-in",
    "org:accounts": "PATCH /org/people/{person_id}/accounts",
    "org:new_password": "POST /org/people/{person_id}/password",
    "org:reset_factors": "POST /org/people/{person_id}/reset-factors",
    "org:leave": "GET /org/people/{person_id}/hand-over, POST /org/people/{person_id}/leave",
    "org:departures": "GET /org/departures",
    "org:departure": "GET /org/departures/{departure_id}",
    "org:undo_departure": "POST /org/departures/{departure_id}/undo",
    "org:role_types": "GET /org/role-types",
    "org:calendar": "GET /org/calendar",
    "org:set_hours": "POST /org/calendar/hours",
    "org:set_day": "PUT /org/calendar/days/{day}",
    "org:seed_holidays": "POST /org/calendar/holidays/{year}",
    "org:absences": "GET /org/absences",
    "org:new_absence": "POST /org/absences",
    "org:end_absences": "POST /org/absences/{absence_id}/end",
    "records:comments": "GET /records/{kind}/{pk}/comments, POST /records/{kind}/{pk}/comments",
    "records:comment": "PATCH /records/{kind}/{pk}/comments/{comment_id}",
    "records:remove_comment": "DELETE /records/{kind}/{pk}/comments/{comment_id}",
    "records:comment_history": "GET /records/{kind}/{pk}/comments/{comment_id}/history",
    "records:files": "GET /records/{kind}/{pk}/files, POST /records/{kind}/{pk}/files",
    "records:file": "GET /records/{kind}/{pk}/files/{file_id}",
    "records:small": "GET /records/{kind}/{pk}/files/{file_id}/small",
    "records:remove_file": "DELETE /records/{kind}/{pk}/files/{file_id}",
    "records:bar": "GET /records/{kind}/{pk}/tags",
    "records:favourite": "PUT /records/{kind}/{pk}/favourite",
    "records:mark": "POST /records/{kind}/{pk}/tags",
    "records:mark_many": "POST /records/{kind}/mark",
    "records:tags": "GET /records/{kind}/tags, POST /records/{kind}/tags",
    "records:tag": "PUT /records/{kind}/tags/{tag_id}",
    "records:drop_tag": "DELETE /records/{kind}/tags/{tag_id}",
    "records:places": "GET /records/places",
    "records:kinds": "GET /records/{kind}/fields",
    "records:fields": "GET /records/{kind}/fields, POST /records/{kind}/fields",
    "records:field": "PUT /records/{kind}/fields/{field_id}",
    "records:values": "GET /records/{kind}/{pk}/fields",
    "records:fill": "PATCH /records/{kind}/{pk}/fields",
    "records:print": "GET /records/{kind}/{pk}/sheets",
    "records:follow": "PUT /records/{kind}/{pk}/follow",
    "records:followers": "GET /records/{kind}/{pk}/followers",
    "records:colleagues": "GET /records/{kind}/{pk}/colleagues",
    "customers:notice_tab": "GET /customers/notices/{notice_id}",
    "customers:notice_list": "GET /customers/notices/{notice_id}",
    "customers:notice_told": "POST /customers/notices/{notice_id}/told",
    "customers:notice_acknowledged": "POST /customers/notices/{notice_id}/told",
    "work:inbox": "GET /inbox/lines, GET /inbox/lines/counts",
    "work:inbox_card": "GET /inbox/lines",
    "work:put_away": "POST /inbox/lines/put-away",
    "work:open_line": "POST /inbox/lines/{line_id}/read",
    "work:snooze": "POST /inbox/lines/{line_id}/snooze",
    "work:customer_tasks": "GET /inbox/tasks",
    "work:tasks": "GET /inbox/tasks",
    "work:new_task": "POST /inbox/tasks",
    "work:task": "GET /inbox/tasks/{task_id}",
    "work:end_task": "POST /inbox/tasks/{task_id}/end",
    "work:drop_task": "POST /inbox/tasks/{task_id}/drop",
    "work:hand_on_task": "POST /inbox/tasks/{task_id}/hand-on",
    "work:pause_task": "POST /inbox/tasks/{task_id}/pause",
    "work:resume_task": "POST /inbox/tasks/{task_id}/resume",
    "work:approvals": "GET /inbox/approvals",
    "work:approval": "GET /inbox/approvals/{approval_id}",
    "work:decide": "POST /inbox/approvals/{approval_id}/decide",
    "work:decide_many": "POST /inbox/approvals/{approval_id}/decide",
    "work:send_back": "POST /inbox/approvals/{approval_id}/return",
    "work:add_signer": "POST /inbox/approvals/{approval_id}/signers",
    "work:comment": "POST /inbox/approvals/{approval_id}/comments",
    "work:author_step": (
        "POST /inbox/approvals/{approval_id}/withdraw, POST /inbox/approvals/{approval_id}/again, "
        "POST /inbox/approvals/{approval_id}/remind"
    ),
    "work:delegations": "GET /inbox/delegations, POST /inbox/delegations",
    "work:end_delegation": "POST /inbox/delegations/{delegation_id}/end",
    "work:notices": "GET /inbox/notices",
    "work:new_notice": "POST /inbox/notices",
    "work:notice": "GET /inbox/notices/{notice_id}",
    "work:notice_readers": "GET /inbox/notices/{notice_id}/readers",
    "work:acknowledge": "POST /inbox/notices/{notice_id}/acknowledge",
    "work:remind_of_notice": "POST /inbox/notices/{notice_id}/remind",
    "work:telling": "GET /inbox/telling, PUT /inbox/telling",
    "work:add_browser": "POST /inbox/telling/browsers",
    "work:remove_address": "DELETE /inbox/telling/addresses/{address_id}",
    "work:channels": "GET /inbox/channels",
    "work:channel": "PUT /inbox/channels/{code}",
    "work:webhooks": "GET /inbox/webhooks",
    "work:new_webhook": "POST /inbox/webhooks",
    "work:webhook": "GET /inbox/webhooks/{hook_id}/deliveries",
    "work:edit_webhook": "PUT /inbox/webhooks/{hook_id}",
    "work:remove_webhook": "DELETE /inbox/webhooks/{hook_id}",
    "work:hook_delivery": "GET /inbox/webhooks/{hook_id}/deliveries",
    "work:replay": "POST /inbox/webhooks/{hook_id}/deliveries/{delivery_id}/replay",
    "rulebook:articles": "GET /rulebook/articles, GET /rulebook/kinds",
    "rulebook:version": "GET /rulebook/articles/{code}, GET /rulebook/articles/{code}/{version}/review",
    "rulebook:text": "GET /rulebook/articles/{code}/{version}",
    "rulebook:draft": "POST /rulebook/drafts, POST /rulebook/check",
    "rulebook:edit": "POST /rulebook/drafts, POST /rulebook/check",
    "rulebook:approve": "POST /rulebook/articles/{code}/{version}/approve",
    "rulebook:discard": "DELETE /rulebook/articles/{code}/{version}",
    "rulebook:end": "POST /rulebook/articles/{code}/{version}/end",
    "customers:customers": "GET /customers",
    "customers:map": "GET /customers/map",
    "customers:new": "POST /customers",
    "customers:before_visit": "GET /customers/{customer_id}/before-visit",
    "ledger:customer_brief": "GET /ledger/customers/{customer_id}",
    "work:customer_open_tasks": "GET /inbox/tasks",
    "rating:tier_brief": "GET /rating/customers/{customer_id}/tier",
    "customers:end_contract": "POST /customers/{customer_id}/contracts/{contract_id}/end",
    "customers:remove_contract": "DELETE /customers/{customer_id}/contracts/{contract_id}",
    "customers:end_business_line": "POST /customers/{customer_id}/business/{line_id}/end",
    "customers:remove_business_line": "DELETE /customers/{customer_id}/business/{line_id}",
    "customers:personal": "GET /customers/{customer_id}/contacts/{contact_id}/personal, PUT /customers/{customer_id}/contacts/{contact_id}/personal",
    "customers:consent": "POST /customers/{customer_id}/contacts/{contact_id}/personal/consents",
    "customers:withdraw_consent": "POST /customers/{customer_id}/contacts/{contact_id}/personal/consents/{consent_id}/withdraw",
    "customers:take_out": "POST /customers/{customer_id}/contacts/{contact_id}/personal/all",
    "customers:erase_contact": "POST /customers/{customer_id}/contacts/{contact_id}/personal/erase",
    "customers:personal_reads": "GET /customers/personal-reads",
    "customers:pool": "GET /customers/pool",
    "customers:claim": "POST /customers/pool/{customer_id}/claim",
    "customers:duplicates": "GET /customers/duplicates, POST /customers/look-alikes",
    "customers:search_duplicates": "POST /customers/duplicates/search",
    "customers:different": "POST /customers/duplicates/{pair_id}/different",
    "customers:look_again": "POST /customers/duplicates/{pair_id}/again",
    "customers:merge": "GET /customers/{customer_id}/merges/preview, POST /customers/{customer_id}/merges",
    "customers:merge_done": "GET /customers/{customer_id}/merges",
    "customers:unmerge": "POST /customers/{customer_id}/merges/{merge_id}/undo",
    "customers:customer": "GET /customers/{customer_id}",
    "customers:edit": "PATCH /customers/{customer_id}",
    "customers:overview": "GET /customers/{customer_id}/timeline, GET /customers/{customer_id}/subsidiaries",
    "customers:people": "GET /customers/{customer_id}/contacts",
    "customers:new_contact": "POST /customers/{customer_id}/contacts",
    "customers:contact": "PUT /customers/{customer_id}/contacts/{contact_id}",
    "customers:remove_contact": "DELETE /customers/{customer_id}/contacts/{contact_id}",
    "customers:contact_notes": "GET /customers/{customer_id}/contacts/{contact_id}/notes, POST /customers/{customer_id}/contacts/{contact_id}/notes",
    "customers:contracts": "GET /customers/contracts",
    "customers:contract_tab": "GET /customers/{customer_id}/contracts, GET /customers/{customer_id}/business",
    "customers:new_contract": "POST /customers/{customer_id}/contracts",
    "customers:contract": "PUT /customers/{customer_id}/contracts/{contract_id}",
    "customers:new_business_line": "POST /customers/{customer_id}/business",
    "customers:business_line": "PUT /customers/{customer_id}/business/{line_id}",
    "customers:stages": "GET /customers/{customer_id}/stages, POST /customers/{customer_id}/stages",
    "customers:sites": "GET /customers/{customer_id}/sites",
    "customers:new_site": "POST /customers/{customer_id}/sites",
    "customers:site": "PUT /customers/{customer_id}/sites/{site_id}",
    "customers:service": "GET /customers/{customer_id}/assignments, GET /customers/{customer_id}/home-units",
    "customers:history": "GET /customers/{customer_id}/history",
    "customers:assign": "POST /customers/assign",
    "customers:move": "POST /customers/move",
    "rating:core": "GET /rating/core",
    "rating:core_card": "GET /rating/core",
    "rating:movers": "GET /rating/movers",
    "rating:movers_card": "GET /rating/movers",
    "rating:loads": "GET /rating/loads",
    "rating:loads_card": "GET /rating/loads",
    "rating:load_why": "GET /rating/loads/{load_id}",
    "rating:tier": "GET /rating/customers/{customer_id}/tier",
    "reports:figures": "GET /reports/figures",
    "reports:moved": "GET /reports/moved",
    "reports:silent": "GET /reports/silent",
    "reports:unserved": "GET /reports/unserved",
    "reports:ranking": "GET /reports/ranking",
    "reports:map": "GET /reports/ranking",
    "reports:drafts": "GET /rulebook/articles",
    "reports:closes": "GET /ledger/closes",
    "reports:imports": "GET /ledger/imports",
    "reports:log_ins": "GET /audit/log-ins",
    "ledger:figures": "GET /ledger/figures",
    "ledger:unit": "GET /ledger/figures",
    "ledger:person": "GET /ledger/figures",
    "ledger:why": "GET /ledger/figures/{figure_id}",
    "ledger:customer": "GET /ledger/customers/{customer_id}",
    "ledger:lines": "GET /ledger/lines",
    "ledger:analysis": "GET /ledger/analysis, GET /ledger/analysis/ready, GET /ledger/analysis/saved, GET /ledger/analysis/file",
    "ledger:analysis_cell": "GET /ledger/analysis, GET /ledger/lines",
    "ledger:analysis_filter": "GET /ledger/analysis/dimensions, GET /ledger/analysis/dimensions/{code}",
    "ledger:analysis_save": "POST /ledger/analysis/saved",
    "ledger:analysis_remove": "DELETE /ledger/analysis/saved/{saved_id}",
    "ledger:analysis_mail": "PUT /ledger/analysis/saved/{saved_id}/mail, DELETE /ledger/analysis/saved/{saved_id}/mail",
    "reports:bulletins": "GET /reports/bulletins, GET /reports/bulletins/plans",
    "reports:bulletin": "GET /reports/bulletins/{bulletin_id}, POST /inbox/notices/{notice_id}/acknowledge",
    "reports:new_bulletin": "POST /reports/bulletins",
    "reports:edit_bulletin": "PUT /reports/bulletins/{bulletin_id}",
    "reports:publish_bulletin": "POST /reports/bulletins/{bulletin_id}/publish",
    "reports:drop_bulletin": "DELETE /reports/bulletins/{bulletin_id}",
    "reports:new_bulletin_plan": "POST /reports/bulletins/plans",
    "reports:end_bulletin_plan": "DELETE /reports/bulletins/plans/{plan_id}",
    "reports:boards": "GET /reports/boards",
    "reports:board": "GET /reports/boards/{board_id}",
    "reports:home_board": "GET /reports/boards, GET /reports/boards/{board_id}",
    "reports:board_card": "GET /reports/boards/{board_id}, GET /ledger/analysis",
    "reports:new_board": "POST /reports/boards",
    "reports:edit_board": "PUT /reports/boards/{board_id}",
    "reports:remove_board": "DELETE /reports/boards/{board_id}",
    "reports:usual_boards": "POST /reports/boards/usual",
    "reports:add_card": "POST /reports/boards/{board_id}/cards",
    "reports:change_card": "PUT /reports/boards/{board_id}/cards/{card_id}, "
    "POST /reports/boards/{board_id}/cards/{card_id}/move, DELETE /reports/boards/{board_id}/cards/{card_id}",
    "ledger:analysis_prepare": "POST /ledger/analysis/prepare",
    "ledger:catalogue": "GET /ledger/indicators",
    "ledger:indicator": "GET /ledger/indicators/{code}",
    "ledger:batches": "GET /ledger/imports",
    "ledger:new_batch": "POST /ledger/imports",
    "ledger:batch": "GET /ledger/imports/{batch_id}",
    "ledger:batch_errors": "GET /ledger/imports/{batch_id}/errors",
    "ledger:write_batch": "POST /ledger/imports/{batch_id}/write",
    "ledger:check_batch": "POST /ledger/imports/{batch_id}/check",
    "ledger:undo_batch": "POST /ledger/imports/{batch_id}/undo",
    "ledger:drop_batch": "POST /ledger/imports/{batch_id}/drop",
    "ledger:feeds": "GET /ledger/feeds",
    "ledger:feed": "GET /ledger/feeds/{code}, POST /ledger/feeds",
    "ledger:new_feed": "POST /ledger/feeds",
    "ledger:runs": "GET /ledger/closes, POST /ledger/closes",
    "ledger:run": "GET /ledger/closes/{run_id}",
}
NEEDS_NONE = {
    "home": "only arranges cards; each card is a page of its own here",
}


def operations(client) -> set[str]:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in paths.items()
        for method in methods
    }


def test_every_page_names_the_operation_that_does_the_same():
    unsaid = [name for name, _ in pages() if name not in DOES and name not in NEEDS_NONE]
    assert unsaid == []


def test_the_operations_named_exist(log_in):
    known = operations(log_in("administrator"))
    named = {operation for row in DOES.values() for operation in row.split(", ")}
    assert sorted(named - known) == []


def test_a_page_that_changes_something_names_an_operation_that_changes_something():
    wrong = [
        name
        for name, pattern in pages()
        if _only_changes(pattern)
        and DOES.get(name, "").split(" ")[0] not in {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert wrong == []


def _only_changes(pattern: URLPattern) -> bool:
    """Whether a page answers to a post alone, by its decorator."""
    view = pattern.callback
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if cell.cell_contents == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_nothing_is_said_of_pages_that_are_gone():
    known = {name for name, _ in every_url()}
    assert sorted((DOES.keys() | NEEDS_NONE.keys()) - known) == []


def test_the_detector_of_changing_pages_sees_them():
    changing = {name for name, pattern in pages() if _only_changes(pattern)}
    assert {"tokens:revoke", "rulebook:approve", "ledger:undo_batch", "customers:remove_contact"} <= changing
    assert "customers:customers" not in changing
