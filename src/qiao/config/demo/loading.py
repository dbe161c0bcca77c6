"""Load a demo enterprise through the very imports a user's own files go through."""

import contextlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from qiao.config.demo.depth import deepen
from qiao.config.demo.files import OPENED_ON, PRODUCT_COLUMNS, write_files
from qiao.config.demo.generate import SEED, Demo, generate, last_full_month
from qiao.config.demo.staff import come_and_go, spend, support_projects
from qiao.config.demo.waiting import give_work
from qiao.kernel.errors import BadInput, Place, Problem, RuleBroken
from qiao.kernel.period import Month
from qiao.ledger.actions import close_month, import_file, import_products, put_feed, start_close
from qiao.org import actions as org
from qiao.org import queries as people
from qiao.org.access import viewer_of
from qiao.org.core.shipped import ROLE_TYPES
from qiao.reports.actions import install_boards
from qiao.rulebook import actions as rulebook
from qiao.runtime import clock
from qiao.runtime.importing import actions as importing
from qiao.runtime.importing import get_kind
from qiao.runtime.jobs.queue import InlineJob
from qiao.runtime.login.actions import create_log_in

Report = Callable[[str], None]
CLOSED_MONTHS = 2  # while one waits; a month costs about seven seconds of processor
TREND_MONTHS = 13  # closed in all: the rest by the worker, the newest first, while one looks around
OFFICE_HOURS = ((time(8, 30), time(12)), (time(14), time(17, 30)))
LOG_IN_ROLES = ("manager", "supervisor", "executive", "hr", "back_office", "auditor", "administrator")


def load(
    pack: str, *, until: Month | None = None, seed: int = SEED, customers: int | None = None, report: Report
) -> Demo:
    """Build a demo enterprise in this home.

    Args:
        pack: Name of the pack.
        until: Last month of the ledger; the last full month when None.
        seed: Where chance starts.
        customers: How many, when not as many as the enterprise has.
        report: Told each step in a sentence.
    """
    demo = generate(pack, until=until or last_full_month(), seed=seed, customers=customers)
    report(f"{demo.facts.customers} customers and {demo.facts.sales_lines} sales lines drawn")
    folder = Path(settings.QIAO_HOME) / "demo" / pack
    feeds = write_files(demo, folder)
    root = demo.world.units[0]
    with (
        transaction.atomic()
    ):  # a demo stopped half-way leaves an empty house, and the next start tries again
        by = start_enterprise(root.code, root.zh, root.en, root.kind, date.fromisoformat(OPENED_ON))
        _enter_holidays()
        rulebook.install_pack(name=pack, by=by)
        for kind, name in (
            ("units", "units.csv"),
            ("people", "people.xlsx"),
            ("register", "register.csv"),
            ("customers", "customers.csv"),
        ):
            report(f"{kind}: {import_table(kind, folder / name, by)} rows")
        org.enter_usual_posts(by=by)
        org.enter_usual_structure(by=by)
        come_and_go(root.code, by)
        support_projects(root.code, by)
        spend(by)
        hand_out_log_ins(_first_of_each_role(demo))
    name_goods(folder / "products.csv", by)
    import_feeds(feeds, by, report)
    for month in Month.range(demo.months[-1] - (CLOSED_MONTHS - 1), demo.months[-1]):
        close_month(month=month, by=by)
        report(f"{month} closed")
    deepen()
    give_work(f"{pack}-core")
    install_boards(by=by)
    report(f"{queue_earlier_closes(demo.months, by)} earlier months are closed by the worker")
    return demo


def name_goods(path: Path, by: Any) -> None:
    """Products and their categories by name: facts alone bring codes."""
    import_products(path=path, name=path.name, columns=PRODUCT_COLUMNS, by=by)


def queue_earlier_closes(months: Sequence[Month], by: Any) -> int:
    """Queue the closes a year's trend needs before those done at once. Returns how many.

    A close of an earlier month leaves what lists show of the newest one alone, so their order does not matter.
    """
    earlier = months[-TREND_MONTHS:-CLOSED_MONTHS]
    for month in reversed(earlier):
        start_close(month=month, by=by)
    return len(earlier)


def start_enterprise(code: str, name_zh: str, name_en: str, kind: str, starts_on: date) -> Any:
    """Role types, the topmost unit and an administrator to import with. Returns his log-in."""
    org.put_role_types(role_types=ROLE_TYPES, by=None)
    org.enter_usual_words(by=None)
    org.set_working_hours(starts_on=starts_on, weekdays=range(5), spans=OFFICE_HOURS, by=None)
    root = org.create_unit(
        code=code, name_zh=name_zh, name_en=name_en, kind=kind, starts_on=starts_on, by=None
    )
    founder = create_log_in(username="founder", password=secrets.token_urlsafe(18))
    person = org.register_person(
        code=f"{code}P0000", name="建档人", name_en="Founder", starts_on=starts_on, by=None
    )
    org.link_log_in(person=person, user=founder, by=None)
    administrator = next(role for role in people.list_role_types() if role.code == "administrator")
    org.appoint(person=person, unit=root, role_type=administrator, starts_on=starts_on, by=None)
    return founder


def _enter_holidays() -> None:
    """Public holidays of this year, as far as this release knows them."""
    with contextlib.suppress(RuleBroken):
        org.seed_holidays(year=clock.today().year, by=None)


def import_table(kind: str, path: Path, by: Any) -> int:
    """One table through the import page's own actions: dry run, then all or nothing.

    Raises:
        BadInput: The dry run refused a row.
    """
    found = get_kind(kind)
    run = importing.receive(kind=found, name=path.name, chunks=_chunks(path), by=by)
    plan = importing.check(run, viewer_of(by))
    if plan is None or plan.refused:
        raise BadInput([problem for cells in (plan.refused if plan else ()) for problem in cells.problems])
    importing.commit(importing.start_commit(run_id=run.pk, by=by).pk, viewer_of(by), InlineJob(by_id=by.pk))
    return len(plan.rows)


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _first_of_each_role(demo: Demo) -> dict[str, str]:
    """Staff numbers of the people who get a log-in: one of each role, where there is most to see."""
    found: dict[str, str] = {}
    for person in demo.world.people:
        deepest = person.role == "supervisor" and len(person.unit) > len(found.get("unit", ""))
        if person.role not in found or deepest:
            found[person.role] = person.code
            if person.role == "supervisor":
                found["unit"] = person.unit
    return {role: found[role] for role in LOG_IN_ROLES}


def hand_out_log_ins(staff_numbers: dict[str, str]) -> None:
    """One log-in per role, called like the role; the password is drawn once and written beside the data."""
    password = "-".join(
        secrets.choice(("qiao", "du", "jin", "zhou", "fan", "jiang", "pu", "ting")) for _ in range(4)
    )
    password += f"-{secrets.randbelow(9000) + 1000}"
    ids = people.people_by_code(staff_numbers.values())
    lines = [f"Password of every demo log-in: {password}", ""]
    everybody = people.list_people()
    for role, code in staff_numbers.items():
        person = people.get_person(ids[code], everybody)
        user = create_log_in(username=role, password=password)
        org.link_log_in(person=person, user=user, by=None)
        lines.append(f"  {role:<14} {person.name}  {code}")
    card = Path(settings.QIAO_HOME) / "log-ins.txt"
    card.touch(mode=0o600)
    card.write_text("\n".join(lines) + "\n", encoding="utf-8")


def import_feeds(feeds: Iterable[Path], by: Any, report: Report) -> None:
    """Files with their mappings through the ledger's own import, in order.

    Raises:
        BadInput: A file was refused.
    """
    for path in feeds:
        mapping = path.with_suffix(".mapping.yaml")
        feed = put_feed(mapping_text=mapping.read_text(encoding="utf-8"), name=mapping.name, by=by)
        batch = import_file(feed=feed, path=path, by=by)
        if batch.problems:
            raise BadInput(
                [Problem(p["message"], Place(file=path.name), p["params"]) for p in batch.problems]
            )
        report(f"{feed.code}: {(batch.report or {}).get('rows', 0)} lines")
