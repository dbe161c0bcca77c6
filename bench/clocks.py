"""A million open clocks, ten thousand due within a minute, a worker killed in the middle: none missed, none twice.

The peer of the due-index is what it replaces: looking through all open clocks every time.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

from bench.house import enterprise, server_cpu

OPEN = int(os.environ.get("BENCH_CLOCKS", 1_000_000))
DUE = 10_000
SPREAD_SECONDS = 60
LEAD_SECONDS = 15
PEOPLE = 200


def run() -> None:
    """Print how late clocks spoke, whether each spoke once, and what one look costs with and without the index."""
    with enterprise():
        from django.db import connection

        _people()
        begins = _clocks()
        before = server_cpu()
        workers = [_start_worker(), _start_worker()]
        time.sleep(LEAD_SECONDS + SPREAD_SECONDS / 3)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        workers.append(_start_worker())
        _wait_for(DUE, seconds=LEAD_SECONDS + SPREAD_SECONDS + 60)
        for worker in workers[1:]:
            worker.terminate()
        for worker in workers[1:]:
            worker.wait(timeout=30)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT clock_id) FROM work_clocksaid")
            said, clocks = cursor.fetchone()
            cursor.execute(
                "SELECT count(*), count(DISTINCT (person_id, event)) FROM work_inboxitem WHERE kind = 'warning'"
            )
            lines, events = cursor.fetchone()
            cursor.execute(
                "SELECT percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP"
                " (ORDER BY extract(epoch FROM at - due_at)) FROM work_clocksaid"
            )
            late = cursor.fetchone()[0]
        print(
            f"{OPEN:,} open clocks, {DUE:,} due within {SPREAD_SECONDS} s from {begins:%H:%M:%S}, one of two workers killed:"
        )
        print(f"said {said:,} by {clocks:,} clocks; inbox lines {lines:,} of {events:,} events")
        print(
            f"late by {late[0]:.2f} s (median), {late[1]:.2f} s (p95), {late[2]:.2f} s (most); server CPU {server_cpu() - before:.1f} s"
        )
        print("none missed, none twice" if said == clocks == lines == events == DUE else "FAILED")
        _compare()


def _people() -> None:
    from django.db import connection

    from qiao.org import actions as org

    org.create_unit(code="U", name_zh="省", kind="province", starts_on=date(2020, 1, 1), by=None)
    for number in range(PEOPLE):
        org.register_person(code=f"P{number}", name=f"人{number}", starts_on=date(2020, 1, 1), by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO work_task (title, text, owner_id, source_kind, key, made_at, state, outcome)"
            " SELECT 'T' || n, '', (SELECT min(id) FROM org_person) + n %% %s, '', '', now(), 'open', ''"
            " FROM generate_series(1, %s) n",
            [PEOPLE, DUE],
        )


def _clocks() -> object:
    """The due ones belong to tasks, the others lie days ahead."""
    from django.db import connection

    from qiao.runtime import clock

    begins = clock.now() + timedelta(seconds=LEAD_SECONDS + OPEN / 40_000)
    columns = "kind, subject_id, person_id, counts, minutes, warn_minutes, started_at, due_at, next_at, state, pause_reason, trouble"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO work_clock ({columns}) SELECT 'work.task', id + 100000000, owner_id, 'round', 60, 0, now(), at, at,"
            " 'running', '', '' FROM (SELECT n AS id, (SELECT min(id) FROM org_person) AS owner_id,"
            " %s::timestamptz + interval '1 day' + n * interval '1 second' AS at FROM generate_series(1, %s) n) far",
            [begins, OPEN - DUE],
        )
        cursor.execute(
            f"INSERT INTO work_clock ({columns}) SELECT 'work.task', id, owner_id, 'round', 60, 0, now(), at, at, 'running', '', ''"
            " FROM (SELECT id, owner_id, %s::timestamptz + random() * %s * interval '1 second' AS at FROM work_task) near",
            [begins, SPREAD_SECONDS],
        )
        cursor.execute("ANALYZE work_clock")
    return begins


def _start_worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from qiao.config.cli import main; raise SystemExit(main(['worker']))"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for(count: int, seconds: float) -> None:
    from django.db import connection

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM work_clocksaid")
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(1)


def _compare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for name, off in (("with the due-index", False), ("looking through all open clocks", True)):
            cursor.execute(
                f"SET enable_indexscan = {'off' if off else 'on'}; SET enable_bitmapscan = {'off' if off else 'on'}"
            )
            took = []
            for _ in range(5):
                begun = time.perf_counter()
                cursor.execute("SELECT id FROM work_clock WHERE next_at <= now() ORDER BY next_at LIMIT 500")
                cursor.fetchall()
                took.append(time.perf_counter() - begun)
            print(f"one look {name}: {min(took) * 1000:.1f} ms")
