"""A full disk: a small tmpfs with the whole enterprise on it, database and lake.

The disk is filled but for a little, and a little more each time, so that the work fails at another place: keeping the
upload, staging, spilling, adopting, the database's own files.
"""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.soak import kills, world
from bench.soak.house import Broken, House, embedded_house

SIZE_MB = 900
LEFT_KB = (0, 64, 512, 1024, 2048, 4096)
NEWS = ("The disk is full at", "磁盘已满")


def why_not() -> str:
    """Why this part cannot run here, or nothing."""
    return "" if os.geteuid() == 0 else "only root may mount the small tmpfs it fills"


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A folder on a tmpfs of its own."""
    folder = Path(tempfile.mkdtemp(prefix="qiao-disk-"))
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "qiao-soak", str(folder)], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def run() -> str:
    """Fill the disk again and again.

    Raises:
        Broken: An error that does not name the place, something lost or half-done, or no recovery.
    """
    told = []
    with small_disk() as disk, embedded_house(disk / "home") as house:
        kills.prepare(house)
        path = world.write_file(house.home / "big.csv", world.REPLACED, 2, times=6)
        for left in LEFT_KB:
            before = house.ask("inspect")
            with _filled(disk, left):
                imported = house.ask("command", "ledger", "import", "bills", str(path))
                closed = house.ask("command", "close", world.MONTHS[-2])
            told.append(f"{left} KB left: {_say('import', imported)}; {_say('close', closed)}")
            print(f"  {told[-1]}", flush=True)
            _check(house, before, imported, closed)
        again = house.ask("command", "ledger", "import", "bills", str(path))
        closed = house.ask("command", "close", world.MONTHS[-2], world.MONTH)
        if again["code"] or closed["code"]:
            raise Broken(f"with room again: {again} {closed}")
    return f"{len(LEFT_KB)} fillings refused with the place named, nothing lost, and it worked once there was room"


@contextlib.contextmanager
def _filled(disk: Path, left_kb: int) -> Iterator[None]:
    """The disk full but for some kilobytes."""
    filler = disk / "filler"
    with filler.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65_536)
            file.flush()
    size = max(0, filler.stat().st_size - left_kb * 1024)
    os.truncate(filler, size)
    try:
        yield
    finally:
        filler.unlink()


def _say(name: str, answer: dict[str, Any]) -> str:
    complaint = (answer["complained"].strip() or answer["crash"] or "done").splitlines()[-1]
    return f"{name}: {complaint[:160]}"


def _check(house: House, before: dict[str, Any], imported: dict[str, Any], closed: dict[str, Any]) -> None:
    house.await_server()
    for name, answer in (("import", imported), ("close", closed)):
        if answer["crash"] or answer["code"] not in {0, 1}:
            raise Broken(f"{name} crashed: {answer['crash']} {answer['complained'][-500:]}")
        if answer["code"] == 1 and not any(news in answer["complained"] for news in NEWS):
            raise Broken(f"{name} does not say that the disk is full: {answer['complained'][-500:]}")
    shown = house.ask("inspect")
    if imported["code"]:
        for name in ("total", "replaced", "manifest"):
            if shown[name] != before[name]:
                raise Broken(f"{name} was {before[name]} and is {shown[name]}")
    if shown["missing_files"]:
        raise Broken(f"files are gone: {shown['missing_files']}")
