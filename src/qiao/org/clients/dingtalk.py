"""Departments and members of DingTalk.

``topapi/v2/department/listsub`` gives the departments directly below one, ``topapi/v2/user/list`` the members of one, page by
page with a cursor. Source: open.dingtalk.com/document, "通讯录管理".
"""

from collections.abc import Mapping
from typing import Any

from qiao.runtime.channels import dingtalk

from ..core.directory import Department, Member, Picture, build_picture
from .asking import (
    AT_LIST,
    Asker,
    Progress,
    Tongue,
    at_department,
    ids_of,
    mail_of,
    malformed,
    rows_of,
    text_of,
)

NEEDED = ("api", "app_key", "secret")
ROOT = "1"
PAGE = 100
MOST_PAGES = 10_000  # a cursor that never ends is a fault, not a big department


def ways(settings: Mapping[str, Any]) -> Tongue:
    """How DingTalk is asked."""
    return Tongue(
        dingtalk.token_key(settings), lambda: dingtalk.fetch_token(settings), frozenset(dingtalk.TOKEN_GONE),
        frozenset(dingtalk.BUSY | {90018, 90005, 90006}),
    )  # fmt: skip


def read_departments(asker: Asker, api: str) -> list[Department]:
    """The root and every department below it. Raises RuleBroken."""
    at = AT_LIST
    answer = asker.ask(f"{api}/topapi/v2/department/get", at=at, body={"dept_id": int(ROOT)})
    top = answer.get("result")
    if not isinstance(top, dict):
        raise malformed(at)
    found = [Department(ROOT, text_of(top, "name", at, longest=200) or ROOT)]
    seen = {ROOT}
    for above in found:  # grows while it is walked
        at = at_department(above.name)
        answer = asker.ask(f"{api}/topapi/v2/department/listsub", at=at, body={"dept_id": int(above.id)})
        for row in rows_of(answer, "result", at):
            one = text_of(row, "dept_id", at, needed=True)
            if one in seen or not one.isdecimal():
                raise malformed(at)
            seen.add(one)
            found.append(Department(one, text_of(row, "name", at, longest=200) or one, above.id))
    return found


def read(settings: Mapping[str, Any], asker: Asker, progress: Progress, number_attribute: str) -> Picture:
    """The whole directory; the staff number is a field of its own here, so ``number_attribute`` is not asked.

    Raises:
        RuleBroken: Anything could not be read.
    """
    departments = read_departments(asker, settings["api"])
    members: list[Member] = []
    for done, department in enumerate(departments):
        members += _read_members(settings["api"], asker, department)
        progress(done + 1, len(departments), department.name)
    return build_picture(departments, members)


def _read_members(api: str, asker: Asker, department: Department) -> list[Member]:
    found: list[Member] = []
    cursor = 0
    for page in range(1, MOST_PAGES):
        at = at_department(department.name, page)
        body = {"dept_id": int(department.id), "cursor": cursor, "size": PAGE, "contain_access_limit": False}
        result = asker.ask(f"{api}/topapi/v2/user/list", at=at, body=body).get("result")
        found += [_member(row, at) for row in rows_of(result, "list", at)]
        assert isinstance(result, dict)  # rows_of has looked
        more, following = result.get("has_more"), result.get("next_cursor")
        if more is False:
            return found
        if more is not True or not isinstance(following, int) or following <= cursor:
            raise malformed(at)
        cursor = following
    raise malformed(at_department(department.name, MOST_PAGES))


def _member(row: dict[str, Any], at: str) -> Member:
    return Member(
        id=text_of(row, "userid", at, needed=True),
        name=text_of(row, "name", at, longest=80),
        departments=ids_of(row, "dept_id_list", at),
        union=text_of(row, "unionid", at),
        number=text_of(row, "job_number", at, longest=40),
        phone=text_of(row, "mobile", at, longest=40),
        email=mail_of(row, ("org_email", "email"), at),
    )
