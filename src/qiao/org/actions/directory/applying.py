"""Applying a dry run: all or nothing, once, and only while what it was compared with still stands."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pghistory
from django.db import transaction
from django.urls import reverse

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import call_hooks
from qiao.runtime.i18n import say
from qiao.runtime.jobs import JobHandle
from qiao.runtime.jobs.actions import enqueue

from ... import access, queries
from ...core.directory import CONFLICT, LEAVE, Picture, Row, words
from ...models import DirectoryRun, DirectorySetup, Person, Unit
from ..accounts import note_member, note_missed
from ..organisation import appoint, change_person, register_person, transfer_posting

APPLY = "org.directory_apply"


class Outdated(RuleBroken):
    """The ground of a dry run has changed."""


def check_leavers(run: DirectoryRun) -> None:
    """Refuse when suspiciously many would leave and nobody has said why.

    Raises:
        RuleBroken: See above.
    """
    leavers, known = run.counts.get(LEAVE, 0), run.counts.get("known", 0)
    if run.override or queries.limit_of(queries.find_setup(run.directory)).allows(leavers, known):
        return
    raise RuleBroken(
        N_("%(leavers)s of %(known)s people would leave at once: more than the settings let pass. Make sure the directory shows everybody, then say why it is right."),
        code="many_leavers", field="override", leavers=leavers, known=known,
    )  # fmt: skip


@transaction.atomic
def start_applying(*, run_id: int, by: Any, override: str = "") -> DirectoryRun:
    """Queue the applying of a dry run.

    Args:
        run_id: The dry run.
        by: The log-in; None at night.
        override: Why more people leave than the settings let pass; kept with the run.

    Raises:
        NotFound: There is none.
        RuleBroken: It does not stand ready, is of another day, or too many would leave.
    """
    run = DirectoryRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    if run.standing != DirectoryRun.State.READY:
        raise RuleBroken(N_("Only a dry run that stands ready can be applied."), code="run_not_ready")
    _check_day(run)
    if override.strip():
        run.override, run.override_by = override.strip()[:200], by
    check_leavers(run)
    run.state = DirectoryRun.State.APPLYING
    run.job = enqueue(APPLY, by=by, args={"run_id": run.pk}, key=f"directory:{run.directory}:apply")
    run.save(update_fields=["state", "job", "override", "override_by"])
    return run


def apply_run(run_id: int, *, by: Any, job: JobHandle) -> DirectoryRun:
    """Do what a dry run found, in one transaction. Running it again does nothing more: the run's state decides.

    Raises:
        Outdated: Register, settings or departments changed since the dry run; names the first difference.
        RuleBroken: An action refused; nothing is changed then.
    """
    with transaction.atomic():
        run = DirectoryRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.state != DirectoryRun.State.APPLYING or run.picture is None:
            return run
        _check_day(run)
        check_leavers(run)
        rows = queries.stored_rows(run.pk)
        _lock(run, rows)
        _check_ground(run, rows)
        doing = [row for row in rows if row.kind != CONFLICT]
        source, setup = words.SOURCES[run.directory], queries.find_setup(run.directory)
        with pghistory.context(source=source, directory_run=run.pk):
            for done, row in enumerate(doing, 1):
                try:
                    _DO[row.kind](_Doing(run, setup, row, by))
                except RuleBroken as error:
                    raise RuleBroken(
                        N_("%(name)s: %(why)s Nothing was applied."), code="row_refused", name=row.name,
                        why=say(error.message, error.params),
                    ) from error  # fmt: skip
                job.progress(done, len(doing), row.name)
        run.state, run.applied_at, run.picture = DirectoryRun.State.APPLIED, clock.now(), None
        run.save()
    return run


def _check_day(run: DirectoryRun) -> None:
    if run.on != clock.today():
        raise Outdated(
            N_("This dry run is of %(on)s; what it says of today is not known. Start a new one."),
            code="run_outdated", on=run.on,
        )  # fmt: skip


def _lock(run: DirectoryRun, rows: list[Row]) -> None:
    """Nobody changes the settings or these people until it is done."""
    DirectorySetup.objects.select_for_update().filter(directory=run.directory).first()
    people = [row.person_id for row in rows if row.person_id is not None]
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))


def _check_ground(run: DirectoryRun, rows: list[Row]) -> None:
    fresh = queries.compare_directory(run.directory, Picture.from_json(run.picture or {}), run.on).rows
    before, now = {_same(row): row for row in rows}, {_same(row): row for row in fresh}
    differing = [row for key, row in (*now.items(), *before.items()) if (key in now) != (key in before)]
    if differing:
        raise Outdated(
            N_("The register or the settings changed since the dry run: what it says of %(name)s does not hold any more (%(number)s differences). Start a new one."),
            code="run_outdated", name=differing[0].name, number=len(differing),
        )  # fmt: skip


def _same(row: Row) -> tuple[Any, ...]:
    values = tuple(sorted((name, tuple(pair)) for name, pair in row.values.items()))
    return (
        row.kind,
        row.member,
        row.name,
        row.person_id,
        row.reason,
        row.about[:500],
        values,
        row.unit_from,
        row.unit_to,
    )


class _Doing:
    """What one row is done with."""

    def __init__(self, run: DirectoryRun, setup: DirectorySetup, row: Row, by: Any) -> None:
        self.run, self.setup, self.row, self.by = run, setup, row, by
        self.on: date = run.on
        self.reason = say(words.SOURCES[run.directory])

    @property
    def person(self) -> Person:
        return Person.objects.get(pk=self.row.person_id or 0)


def _join(doing: _Doing) -> None:
    row, there = doing.row, {name: pair[1] for name, pair in doing.row.values.items()}
    person = register_person(
        code=there["number"], name=row.name, starts_on=doing.on, phone=there.get("phone", ""),
        email=there.get("email", ""), by=doing.by,
    )  # fmt: skip
    note_member(
        person=person, directory=doing.run.directory, account=row.member, union=row.about, by=doing.by
    )
    if doing.setup.joiner_role is not None and row.unit_to is not None:
        appoint(
            person=person, unit=Unit.objects.get(pk=row.unit_to), role_type=doing.setup.joiner_role, starts_on=doing.on,
            reason=doing.reason, by=doing.by,
        )  # fmt: skip


def _link(doing: _Doing) -> None:
    row = doing.row
    note_member(
        person=doing.person, directory=doing.run.directory, account=row.member, union=row.about, by=doing.by
    )


def _move(doing: _Doing) -> None:
    posting = queries.main_posting(doing.row.person_id or 0, doing.on)
    if posting is None:
        raise RuleBroken(N_("He has no main post any more."), code="no_main_post")
    unit = Unit.objects.get(pk=doing.row.unit_to or 0)
    transfer_posting(posting=posting, unit=unit, on=doing.on, reason=doing.reason, by=doing.by)


def _change(doing: _Doing) -> None:
    change_person(
        person=doing.person, by=doing.by, **{name: pair[1] for name, pair in doing.row.values.items()}
    )


def _leave(doing: _Doing) -> None:
    """His hand-over begins: who may change him is led to it, and until it is done he keeps his posts and customers."""
    person = doing.person
    row = note_missed(person=person, directory=doing.run.directory, on=doing.on, by=doing.by)
    call_hooks(
        "on_told", users=_editors(doing.row.unit_from), event=f"missed:{row.pk}:{doing.on}",
        title=N_("%(name)s is not in the directory any more: hand over what he has in hand"), params={"name": person.name},
        url=reverse("org:leave", args=[person.pk]), source=("missed", person.pk),
    )  # fmt: skip


def _return(doing: _Doing) -> None:
    note_missed(person=doing.person, directory=doing.run.directory, on=None, by=doing.by)
    call_hooks("on_untold", source=("missed", doing.row.person_id))


def _editors(unit_id: int | None) -> list[int]:
    """Log-ins of people whose right to change people reaches a unit."""
    return [
        user.pk
        for _person, user in queries.log_ins_with_right("org.edit", clock.today())
        if access.viewer_of(user).scope("org.edit").allows(unit_id=unit_id)
    ]


_DO: dict[str, Callable[[_Doing], None]] = {
    "join": _join,
    "link": _link,
    "move": _move,
    "change": _change,
    "leave": _leave,
    "return": _return,
}


def give_run_back(run_id: int, error: RuleBroken | None = None) -> None:
    """Note that applying came to nothing: it stands ready again, or is outdated for the reason given."""
    rows = DirectoryRun.objects.filter(pk=run_id, state=DirectoryRun.State.APPLYING)
    if isinstance(error, Outdated):
        params = {name: str(value) for name, value in error.params.items()}
        trouble = {"message": error.message, "params": params}
        rows.update(state=DirectoryRun.State.OUTDATED, picture=None, trouble=trouble)
    else:
        rows.update(state=DirectoryRun.State.READY)
