"""An import of 100,000 customers from file to written, and the undo of it, against the bare deletion of the same rows."""

import csv
import resource
from datetime import date
from pathlib import Path
from typing import Any

from bench.customers_load import names
from bench.house import enterprise, measured, server_cpu

ROWS = 100_000


class Silent:
    """A job nobody watches."""

    id, by_id = 0, None

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Nothing."""

    def check_cancelled(self) -> None:
        """Nothing."""


def write_source(path: Path) -> None:
    """A file as a person would bring it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["客户编号", "客户名称", "归属单位", "行业", "电话", "地址", "联系人"])
        for number, name in enumerate(names(ROWS)):
            out.writerow(
                [f"K{number:07d}", name, "U", "零售", f"1390{number:07d}", f"新街{number}号", "王二"]
            )


def run() -> None:
    """Print seconds and memory of import and undo, and the peer's."""
    with enterprise() as home:
        from django.db import connection

        from qiao.customers.queries import estimate_customers
        from qiao.org import actions as org
        from qiao.org.access import Viewer
        from qiao.runtime.importing import actions, get_kind
        from qiao.runtime.jobs.actions import finish
        from qiao.runtime.login.actions import create_log_in
        from qiao.runtime.scope import EVERYTHING

        user = create_log_in(username="bench", password="not-a-secret-of-anybody")
        org.create_unit(code="U", name_zh="省", kind="province", starts_on=date(2020, 1, 1), by=None)
        viewer = Viewer(
            user_id=user.pk, scopes=dict.fromkeys(("customers.import", "customers.view"), EVERYTHING)
        )
        source = home / "source.csv"
        write_source(source)
        run = actions.receive(kind=get_kind("customers"), name="k.csv", chunks=[source.read_bytes()], by=user)
        job: Any = Silent()
        with measured() as checked:
            actions.check(run, viewer, job)
        begun = actions.start_commit(run_id=run.pk, by=user)
        with measured() as written:
            actions.commit(run.pk, viewer, job)
        finish(begun.job_id or 0, state="done")
        actions.start_undo(run_id=run.pk, by=user)
        before = server_cpu()
        with measured() as undone:
            taken = actions.undo(run.pk, job)
        undo_server = server_cpu() - before
        assert (taken.kept_count, taken.state) == (0, "undone"), (taken.kept_count, taken.state)
        assert estimate_customers() >= 0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare (LIKE customers_customer INCLUDING ALL)")
            cursor.execute(
                "INSERT INTO bare (id, code, name, short_name, kind, segment, industry, stage, phone, tax_number, traits,"
                " starts_on, pinyin, search_key) SELECT pgh_obj_id, code, name, '', '', '', industry, stage, phone, '', '{}',"
                " starts_on, name, name FROM customers_customerevent WHERE pgh_label = 'insert'"
            )
            with measured() as bare:
                cursor.execute("DELETE FROM bare")
    print(f"{ROWS:,} customers: dry run {checked.wall:.1f} s, written {written.wall:.1f} s")
    print(
        f"undo: {undone.wall:.1f} s, CPU {undone.cpu + undo_server:.1f} s, none left; process at most {peak:.0f} MB"
    )
    print(f"bare DELETE of the customers alone: {bare.wall:.1f} s")
