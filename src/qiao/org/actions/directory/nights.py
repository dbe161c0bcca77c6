"""Every night, where the settings say so: compare, apply or tell; the same trouble is told once."""

import contextlib
import hashlib
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import call_hooks

from ... import access, queries
from ...core.directory import CONFLICT, KINDS
from ...models import DirectoryRun, DirectorySetup
from .applying import check_leavers, start_applying
from .reading import start_directory_run

OFF, APPLY = DirectorySetup.Nightly.OFF, DirectorySetup.Nightly.APPLY
DONE = "done"
TITLES = {
    "wecom": {
        "failed": N_("WeCom: last night the directory could not be read or applied"),
        "many": N_("WeCom: too many people would leave; nothing was applied last night"),
        "waits": N_("WeCom: last night's comparison waits for you"),
        "unclear": N_("WeCom: members who fit nobody for sure"),
    },
    "dingtalk": {
        "failed": N_("DingTalk: last night the directory could not be read or applied"),
        "many": N_("DingTalk: too many people would leave; nothing was applied last night"),
        "waits": N_("DingTalk: last night's comparison waits for you"),
        "unclear": N_("DingTalk: members who fit nobody for sure"),
    },
}


def queue_nights(on: date) -> None:
    """New day: start what the settings ask for; another process's start is not repeated."""
    for setup in DirectorySetup.objects.exclude(nightly=OFF):
        with contextlib.suppress(RuleBroken, IntegrityError), transaction.atomic():
            start_directory_run(directory=setup.directory, by=None, night=on)


def go_on_at_night(run: DirectoryRun) -> None:
    """After reading: apply it where the settings say so and nothing speaks against it, else tell who keeps it."""
    if run.night is None or run.state != DirectoryRun.State.READY:
        return
    if any(run.counts.get(kind) for kind in KINDS if kind != CONFLICT):
        try:
            check_leavers(run)
        except RuleBroken:
            _conclude(run, "many")
            return
        if queries.find_setup(run.directory).nightly != APPLY or run.is_unsure:
            _conclude(run, "waits")
            return
        start_applying(run_id=run.pk, by=None)
        return
    _conclude(run, "unclear" if run.counts.get(CONFLICT) else DONE)


def conclude_night(run_id: int, error: str = "") -> None:
    """After applying, or when anything broke: tell what is left, or settle what was told before."""
    run = queries.get_run(run_id)
    if run.night is None:
        return
    if run.state != DirectoryRun.State.APPLIED:
        _conclude(run, "failed", error)
    else:
        _conclude(run, "unclear" if run.counts.get(CONFLICT) else DONE)


@transaction.atomic
def _conclude(run: DirectoryRun, what: str, error: str = "") -> None:
    setup = DirectorySetup.objects.select_for_update().get(directory=run.directory)
    run.outcome = what if what == DONE else f"{what}:{_digest(run, what, error)}"
    run.save(update_fields=["outcome"])
    first = _first_of_streak(run)
    if first == run.pk:  # something else than the night before
        call_hooks("on_untold", source=("directory", setup.pk))
    if what == DONE:
        return
    users = [
        user.pk
        for _person, user in queries.log_ins_with_right(access.DIRECTORY, clock.today())
        if access.viewer_of(user).scope(access.DIRECTORY).everything
    ]
    call_hooks(
        "on_told", users=users, event=f"directory:{run.directory}:{first}", title=TITLES[run.directory][what], params={}, url=reverse("org:directory_run", args=[run.pk]),
        source=("directory", setup.pk),
    )  # fmt: skip


def _digest(run: DirectoryRun, what: str, error: str) -> str:
    """By what two nights are the same: the trouble, or the rows concerned."""
    said: Any = run.trouble.get("message", "") or error
    if what != "failed":
        rows = queries.stored_rows(run.pk)
        said = [
            (row.member, row.person_id, row.reason)
            for row in rows
            if what != "unclear" or row.kind == CONFLICT
        ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _first_of_streak(run: DirectoryRun) -> int:
    """The first of the nights in a row that came to the same end."""
    nights = DirectoryRun.objects.filter(directory=run.directory, night__isnull=False).exclude(outcome="")
    first = run.pk
    for pk, outcome in nights.order_by("-night").values_list("pk", "outcome"):
        if outcome != run.outcome:
            break
        first = pk
    return first
