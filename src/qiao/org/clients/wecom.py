"""Departments and members of WeCom.

``cgi-bin/department/list`` gives every department the app sees, ``cgi-bin/user/list`` the members of one. Phones, mail and
names are told only to some secrets; what is not told is empty and leaves what stands here.
Source: developer.work.weixin.qq.com/document, "通讯录管理".
"""

from collections.abc import Mapping
from typing import Any

from qiao.runtime.channels import wecom

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

NEEDED = ("api", "corp_id", "secret")
BUSY = frozenset(wecom.BUSY | {45033, 50002})
SHUT = (2, 5)  # disabled, left


def ways(settings: Mapping[str, Any]) -> Tongue:
    """How WeCom is asked; the secret of the address book goes before that of the app."""
    kept = {**settings, "secret": settings.get("directory_secret") or settings["secret"]}
    return Tongue(
        wecom.token_key(kept), lambda: wecom.fetch_token(kept), frozenset(wecom.TOKEN_GONE | {40001}), BUSY
    )


def read_departments(asker: Asker, api: str) -> list[Department]:
    """Every department the app sees. Raises RuleBroken."""
    at = AT_LIST
    answer = asker.ask(f"{api}/cgi-bin/department/list", at=at)
    return [
        Department(
            text_of(row, "id", at, needed=True),
            text_of(row, "name", at, longest=200) or text_of(row, "id", at),
            _above(text_of(row, "parentid", at)),
        )
        for row in rows_of(answer, "department", at)
    ]


def read(settings: Mapping[str, Any], asker: Asker, progress: Progress, number_attribute: str) -> Picture:
    """The whole directory.

    Args:
        settings: Those of the channel.
        asker: The reading.
        progress: Told after each department.
        number_attribute: Name of the member attribute that holds the staff number; empty for none.

    Raises:
        RuleBroken: Anything could not be read.
    """
    departments = read_departments(asker, settings["api"])
    members: list[Member] = []
    for done, department in enumerate(departments):
        at = at_department(department.name)
        asked = {"department_id": department.id, "fetch_child": 0}
        answer = asker.ask(f"{settings['api']}/cgi-bin/user/list", at=at, query=asked)
        members += [_member(row, at, number_attribute) for row in rows_of(answer, "userlist", at)]
        progress(done + 1, len(departments), department.name)
    return build_picture(departments, members)


def _above(parent: str) -> str:
    return "" if parent == "0" else parent


def _member(row: dict[str, Any], at: str, number_attribute: str) -> Member:
    main = text_of(row, "main_department", at)
    status = row.get("status", 1)
    if not isinstance(status, int):
        raise malformed(f"{at} · status")
    return Member(
        id=text_of(row, "userid", at, needed=True),
        name=text_of(row, "name", at, longest=80),
        departments=ids_of(row, "department", at),
        main_department="" if main == "0" else main,
        number=_attribute(row, number_attribute, at),
        phone=text_of(row, "mobile", at, longest=40),
        email=mail_of(row, ("biz_mail", "email"), at),
        is_active=status not in SHUT,
    )


def _attribute(row: dict[str, Any], name: str, at: str) -> str:
    """A member attribute of the enterprise's own, such as 工号."""
    more = row.get("extattr")
    if not name or more is None:
        return ""
    for attribute in rows_of(more, "attrs", at):
        if attribute.get("name") == name:
            held = attribute.get("text")
            return text_of(held if isinstance(held, dict) else attribute, "value", at, longest=40)
    return ""
