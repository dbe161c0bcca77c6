"""A look over the whole house, each finding with what to do about it."""

import hashlib
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from qiao import __version__
from qiao.config.environment import Environment
from qiao.config.health import Check, quick_checks
from qiao.config.upgrading import list_pending
from qiao.org.queries import proposed_rights
from qiao.runtime.contributions import KeptFolder, list_registered

_BACKUP_OLD_DAYS = 7


def examine(environment: Environment, *, deep: bool) -> Iterator[Check]:
    """Every check, as it is made.

    Args:
        environment: What the surroundings say.
        deep: Also read every file that the database names and compare its content.
    """
    yield Check("version", "ok", f"Qiao {__version__}")
    yield from quick_checks()
    looks: tuple[Callable[[], Check], ...] = (
        _migrations, _search, _jobs, _clocks, _secrets, _rights, _backups, _words, lambda: _exposure(environment),
        lambda: _mode(environment), lambda: _addresses(environment), lambda: _files(deep),
    )  # fmt: skip
    for look in looks:
        yield look()


def _one(query: str) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[object, ...] = cursor.fetchone()
    return row


def _migrations() -> Check:
    pending, unknown = list_pending()
    if unknown:
        return Check(
            "migrations",
            "fault",
            f"{unknown[0]} is unknown here",
            "Install the later Qiao this database belongs to.",
        )
    if pending:
        return Check(
            "migrations", "fault", f"{len(pending)} to do, the first is {pending[0]}", "Run `qiao upgrade`."
        )
    return Check("migrations", "ok", "none to do")


def _search() -> Check:
    """Trigram search of Chinese fails silently under a wrong locale."""
    found = _one("SELECT cardinality(show_trgm(U&'\\5f20\\4e09\\4e30'))")[0]
    if not found:
        return Check(
            "search",
            "fault",
            "Chinese names are not found",
            "Create the database anew with LC_CTYPE C.UTF-8 and restore.",
        )
    return Check("search", "ok", "Chinese names are found")


def _jobs() -> Check:
    failed, waiting = _one(
        "SELECT count(*) FILTER (WHERE state = 'failed' AND finished_at > now() - interval '1 day'), "
        "count(*) FILTER (WHERE state = 'waiting' AND created_at < now() - interval '15 minutes') FROM runtime_job"
    )
    if waiting:
        return Check(
            "jobs",
            "warning",
            f"{waiting} wait longer than 15 minutes",
            "Is a worker alive? Look at the page Jobs.",
        )
    if failed:
        return Check("jobs", "warning", f"{failed} failed within a day", "The page Jobs says why.")
    return Check("jobs", "ok", "none failed within a day, none waits long")


def _clocks() -> Check:
    late = _one("SELECT count(*) FROM work_clock WHERE next_at < now() - interval '5 minutes'")[0]
    if late:
        return Check("clocks", "warning", f"{late} promises are told late", "Is a worker alive?")
    return Check("clocks", "ok", "none is late")


def _secrets() -> Check:
    for name in ("secret_key", "postgres.json", "push_key.pem"):
        path = Path(settings.QIAO_HOME) / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Check("secrets", "fault", f"others may read {path}", f"chmod 600 {path}")
    return Check("secrets", "ok", "only their owner reads them")


def _rights() -> Check:
    proposed = sum(len(one.rights) for one in proposed_rights())
    if proposed:
        return Check(
            "rights",
            "warning",
            f"{proposed} rights of this version are in none of the house's role types of the same code",
            "The page Role types, Proposed rights, gives them or decides against them.",
        )
    return Check("rights", "ok", "role types have what this version gives them, or it was decided against")


def _backups() -> Check:
    """Only those in the home are known here; a warning says so."""
    found = sorted(
        (Path(settings.QIAO_HOME) / "backups").glob("*.tar"), key=lambda path: path.stat().st_mtime
    )
    if not found:
        return Check(
            "backups",
            "warning",
            "none in QIAO_HOME/backups",
            "Run `qiao backup` every night, kept on another machine.",
        )
    days = (time.time() - found[-1].stat().st_mtime) / 86400
    state = "ok" if days < _BACKUP_OLD_DAYS else "warning"
    return Check(
        "backups",
        state,
        f"the newest is {days:.0f} days old: {found[-1].name}",
        "" if state == "ok" else "Run `qiao backup`.",
    )


def _words() -> Check:
    for folder in settings.LOCALE_PATHS:
        for words in Path(folder).rglob("*.po"):
            if not words.with_suffix(".mo").exists():
                return Check(
                    "language",
                    "warning",
                    f"{words} is not compiled",
                    "Run `python -m qiao.runtime.messages`.",
                )
    return Check("language", "ok", "Chinese texts are compiled")


def _exposure(environment: Environment) -> Check:
    """Passwords and positions must not cross a network in the clear."""
    loopback = environment.bind in {"127.0.0.1", "::1", "localhost"}
    if not loopback and not environment.behind_tls:
        return Check(
            "exposure",
            "fault",
            f"listens on {environment.bind} without TLS",
            "Listen on loopback behind a proxy with TLS, and say QIAO_BEHIND_TLS=1.",
        )
    if not environment.behind_tls:
        return Check(
            "exposure",
            "warning",
            "plain HTTP on this machine only",
            "Phones need HTTPS for position, camera and passkeys: a proxy with TLS and QIAO_BEHIND_TLS=1.",
        )
    return Check("exposure", "ok", "behind TLS")


def _mode(environment: Environment) -> Check:
    if environment.debug:
        return Check("mode", "fault", "QIAO_DEBUG is on", "Turn it off: pages show their insides.")
    if environment.today:
        return Check(
            "mode",
            "warning",
            f"today is fixed to {environment.today}",
            "Remove QIAO_TODAY outside demonstrations.",
        )
    return Check("mode", "ok", "as for work")


def _addresses(environment: Environment) -> Check:
    if not environment.public_url:
        return Check(
            "address", "warning", "QIAO_PUBLIC_URL is not set", "Messages carry no links until it is."
        )
    host = environment.public_url.split("//", 1)[1].split("/", 1)[0].split(":", 1)[0]
    if host not in environment.hosts and "*" not in environment.hosts:
        return Check(
            "address", "fault", f"{host} is not in QIAO_HOSTS", "Add it, or nobody is answered there."
        )
    return Check("address", "ok", environment.public_url)


def _files(deep: bool) -> Check:
    """What the database names lies on the disk."""
    missing: list[str] = []
    named = damaged = 0
    for folder in list_registered(KeptFolder):
        wanted = set(folder.list_digests())
        named += len(wanted)
        here = {
            path.stem: path
            for path in (Path(settings.QIAO_HOME) / folder.folder).rglob("*")
            if path.stem in wanted
        }
        missing += sorted(wanted - set(here))
        damaged += sum(_digest(path) != name for name, path in here.items()) if deep else 0
    if missing or damaged:
        found = f"{len(missing)} missing, {damaged} damaged of {named}" + (
            f"; the first is {missing[0]}" if missing else ""
        )
        return Check(
            "files", "fault", found, "Put them back from a backup; a close that needs them fails until then."
        )
    return Check(
        "files", "ok", f"{named} named, all here" + (" and sound" if deep else " (--deep reads them too)")
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
