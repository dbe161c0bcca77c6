"""Every list taken away as a file is noted: who, which, narrowed by what, how many rows."""

import pytest
from django.db import ProgrammingError, transaction

from qiao.runtime.models import ExportRecord

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_noted_with_its_filters_and_rows(log_in, kind):
    unit = "乙县"
    client = log_in("supervisor")
    page = client.get("/customers/")
    value = page.content.decode().split(unit)[0].rsplit('value="', 1)[1].split('"')[0]
    answer = client.get(f"/customers/?q=供销&unit={value}&export={kind}", REMOTE_ADDR="10.1.2.3")
    b"".join(answer.streaming_content)
    record = ExportRecord.objects.get()
    assert (record.username, record.listing, record.kind, record.rows) == ("supervisor", "customers", kind, 1)
    assert "供销" in record.narrowed
    assert unit in record.narrowed
    assert record.network == "10.1.2.3"
    assert "客户编号" in record.columns


def test_a_download_broken_off_is_noted_without_its_rows(log_in):
    answer = log_in("supervisor").get("/customers/?export=csv")
    next(iter(answer.streaming_content))
    assert ExportRecord.objects.get().rows is None


@pytest.mark.parametrize(("member", "query"), [("manager", "export=csv"), ("supervisor", "export=exe")])
def test_a_refused_export_leaves_no_note(log_in, member, query):
    assert log_in(member).get(f"/customers/?{query}").status_code in {403, 422}
    assert not ExportRecord.objects.exists()


def test_the_auditor_reads_the_notes_in_both_languages(log_in, client):
    b"".join(log_in("supervisor").get("/customers/?by=tier&export=csv").streaming_content)
    log_in("auditor")
    assert "分组统计: " in client.get("/audit/exports/").content.decode()
    client.cookies["django_language"] = "en"
    page = client.get("/audit/exports/?q=supervisor").content.decode()
    assert "Filtered by" in page
    assert "supervisor" in page
    assert "supervisor" not in client.get("/audit/exports/?q=nobody").content.decode().split("<tbody>")[-1]


def test_nobody_deletes_a_note(log_in):
    b"".join(log_in("supervisor").get("/customers/?export=csv").streaming_content)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        ExportRecord.objects.all().delete()
