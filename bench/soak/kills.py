"""kill -9 at random moments of an import and a close: before or after to the cent, and every time a right end.

Two versions of the same months take turns, so that each attempt has a before and an after that differ. The worker
is killed, and every fifth time the embedded server with it. Then a new worker takes up what was left.
"""

import random
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.soak import world
from bench.soak.house import Broken, House

SERVER_TOO = 5


def run(house: House, kills: int, seed: int) -> str:
    """Kill as often as asked.

    Returns:
        What was seen, in a sentence.

    Raises:
        Broken: Something half-done showed, or the end was not right.
    """
    files = prepare(house)
    expected, longest = _undisturbed(house, files)
    draw, found, ended_before = random.Random(seed), Counter[str](), 0
    version, done = 1, 0
    while done < kills:
        version = 3 - version
        moment = draw.uniform(0, longest)
        with_server = house.server is not None and done % SERVER_TOO == SERVER_TOO - 1
        state = _kill_once(
            house, files[version], moment, expected[3 - version], expected[version], with_server
        )
        if state is None:
            ended_before += 1
            continue
        found[state] += 1
        done += 1
        print(
            f"  kill {done:2d} after {moment:.2f} s{', server too' if with_server else ''}: {state}",
            flush=True,
        )
    states = ", ".join(f"{count} × {state}" for state, count in sorted(found.items()))
    return f"{done} kills within {longest:.1f} s of work ({states}; {ended_before} came too late and do not count)"


def prepare(house: House) -> dict[int, Path]:
    """The enterprise, its first ten months, and the two versions of the last two."""
    house.ask("build")
    base = world.write_file(house.home / "base.csv", world.MONTHS, 1)
    shown = house.ask("load", str(base), world.MONTH)
    _must(shown, "total", world.total_of(world.MONTHS, 1))
    return {
        version: world.write_file(house.home / f"version-{version}.csv", world.REPLACED, version)
        for version in (1, 2)
    }


def _undisturbed(house: House, files: dict[int, Path]) -> tuple[dict[int, dict[str, Any]], float]:
    """What each version gives when nobody disturbs, and how long the work takes."""
    expected, longest = {}, 0.0
    unchanged = world.total_of([m for m in world.MONTHS if m not in world.REPLACED], 1)
    for version in (2, 1):
        began = time.monotonic()
        shown = house.ask("load", str(files[version]), world.MONTH)
        longest = max(longest, time.monotonic() - began)
        replaced = world.total_of(world.REPLACED, version)
        _must(shown, "replaced", replaced)
        _must(shown, "total", unchanged + replaced)
        _must(shown, "figure", world.total_of([world.MONTH], version))
        _must(shown, "standing", world.total_of([world.MONTH], version))
        expected[version] = shown
    return expected, longest


def _kill_once(
    house: House, path: Path, moment: float, before: dict[str, Any], after: dict[str, Any], with_server: bool
) -> str | None:
    """One attempt; the state it was found in, or None when it had ended before its moment."""
    child = house.start_child("load", str(path), world.MONTH)
    time.sleep(moment)
    in_time = house.kill(child)
    if with_server:
        house.kill_server()
    answer = house.ask("settle", str(path), world.MONTH, str(before["newest"]), str(before["newest_run"]))
    _check_at_once(answer["at_once"], before, after)
    for name in ("total", "replaced", "manifest", "figure", "standing", "digest"):
        _must(answer["settled"], name, after[name])
    if answer["settled"]["live_jobs"]:
        raise Broken(f"{answer['settled']['live_jobs']} jobs never ended")
    after |= {name: answer["settled"][name] for name in ("newest", "newest_run")}
    return str(answer["found"]) if in_time else None


def _check_at_once(shown: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    """Right after a kill everything is as before or as after, and all that reads the ledger says the same."""
    for name in ("total", "replaced", "manifest", "figure", "standing", "digest"):
        if shown[name] not in (before[name], after[name]):
            raise Broken(f"{name} shows {shown[name]}, neither {before[name]} nor {after[name]}")
    sides = {shown[name] == after[name] for name in ("total", "replaced", "manifest")}
    if len(sides) > 1:
        raise Broken(f"lines and manifest disagree: {shown}")
    if shown["missing_files"]:
        raise Broken(f"the manifest names files that are not there: {shown['missing_files']}")


def _must(shown: dict[str, Any], name: str, wanted: Any) -> None:
    same = Decimal(shown[name]) == wanted if isinstance(wanted, Decimal) else shown[name] == wanted
    if not same:
        raise Broken(f"{name} is {shown[name]} and should be {wanted}")
