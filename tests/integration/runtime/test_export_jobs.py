"""Large lists as files: a job with the owner's reach of that moment, for him alone, for some days."""

import csv
import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from qiao.customers import actions as customers
from qiao.org.models import Posting
from qiao.runtime import clock
from qiao.runtime.exports.actions import clear_expired, file_of
from qiao.runtime.jobs.actions import cancel
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.listing import export_job
from qiao.runtime.models import ExportRecord
from qiao.work.models import InboxItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(export_job, "AT_ONCE", 1)
    monkeypatch.setattr(export_job, "STEP", 1)


def order(client, query: str = "export=csv") -> ExportRecord:
    answer = client.get(f"/customers/?{query}")
    record = ExportRecord.objects.get()
    assert answer["Location"] == f"/lists/exports/{record.pk}/"
    return record


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_large_list_is_written_by_a_job_and_its_owner_is_told(cast, log_in, kind):
    client = log_in("supervisor")
    record = order(client, f"export={kind}&sort=-name&columns=code&columns=unit")
    assert client.get(f"/lists/exports/{record.pk}/file/").status_code == 404  # not yet
    run_inline(record.job_id)
    record.refresh_from_db()
    assert (record.state, record.rows) == ("ready", 2)
    content = body(client.get(f"/lists/exports/{record.pk}/file/"))
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["云桥机械有限公司", "乙县供销社"]
    assert rows[0] == ["名称", "客户编号", "单位"]
    told = InboxItem.objects.get(person=cast.people["supervisor"])
    assert told.url == f"/lists/exports/{record.pk}/"


def test_the_job_sees_what_its_owner_may_see_by_then(cast, log_in):
    record = order(log_in("supervisor"))
    Posting.objects.filter(person=cast.people["supervisor"]).update(unit=cast.units["yi"])
    run_inline(record.job_id)
    record.refresh_from_db()
    assert record.rows == 1


def test_who_lost_the_right_gets_no_file(cast, log_in):
    record = order(log_in("supervisor"))
    Posting.objects.filter(person=cast.people["supervisor"]).delete()
    run_inline(record.job_id)
    record.refresh_from_db()
    assert record.state == "failed"
    assert not file_of(record).exists()


def test_a_stopped_job_leaves_no_file(log_in):
    client = log_in("supervisor")
    record = order(client)
    cancel(job_id=record.job_id, by=None)
    run_inline(record.job_id)
    assert not file_of(record).exists()
    assert "已取消" in client.get(f"/lists/exports/{record.pk}/").content.decode()


def test_only_the_owner_fetches_the_file_and_only_for_some_days(log_in, monkeypatch):
    record = order(log_in("supervisor"))
    run_inline(record.job_id)
    for member in ("administrator", "auditor", "manager"):
        other = log_in(member)
        assert other.get(f"/lists/exports/{record.pk}/").status_code == 404
        assert other.get(f"/lists/exports/{record.pk}/file/").status_code == 404
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert clear_expired() == 1
    assert not file_of(record).exists()
    assert log_in("supervisor").get(f"/lists/exports/{record.pk}/file/").status_code == 404
    assert ExportRecord.objects.filter(pk=record.pk).exists()  # the note stays


def test_no_cell_of_a_file_is_a_formula(cast, log_in):
    for code, name in (("C-x1", "=HYPERLINK(1)"), ("C-x2", "＝1+1"), ("C-x3", "@SUM(1)"), ("C-x4", "-2+3")):
        customers.open_file(
            code=code,
            name=name,
            home_unit=cast.units["jia"],
            starts_on=cast.customers["ours"].starts_on,
            by=None,
        )
    client = log_in("supervisor")
    record = order(client, "export=csv&columns=code")
    run_inline(record.job_id)
    text = body(client.get(f"/lists/exports/{record.pk}/file/")).decode("utf-8-sig")
    names = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert not [name for name in names if name.startswith(("=", "+", "-", "@", "＝"))]
    assert "'=HYPERLINK(1)" in names


def test_the_api_shows_the_export_and_gives_the_file(log_in, call):
    record = order(log_in("supervisor"))
    run_inline(record.job_id)
    send = call("supervisor", ["customers.view"])
    assert send("GET", f"/lists/exports/{record.pk}").json()["state"] == "ready"
    assert send("GET", "/lists/exports").json()["items"][0]["rows"] == 2
    assert body(send("GET", f"/lists/exports/{record.pk}/file"))
    assert call("administrator", ["customers.view"])("GET", f"/lists/exports/{record.pk}").status_code == 404
