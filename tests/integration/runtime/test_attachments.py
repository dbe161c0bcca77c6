"""Attachments of any record: what is kept is what it says, whole, only for those who see the record."""

import io
import os
import time
import zipfile
import zlib
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from qiao.kernel.errors import BadInput, RuleBroken
from qiao.org.access import viewer_of
from qiao.runtime import clock
from qiao.runtime.contributions import timeline_of
from qiao.runtime.jobs.models import Job
from qiao.runtime.records import access, actions, content, queries, store, tasks
from qiao.runtime.records.models import Attachment

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def url(cast):
    return f"/records/customer/{cast.customers['ours'].pk}/files/"


@pytest.fixture
def ours(cast):
    return access.get_record(viewer_of(cast.users["manager"]), "customer", cast.customers["ours"].pk)


def picture(kind="JPEG", size=(4000, 3000), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "steelblue").save(out, kind, **options)
    return out.getvalue()


def office(*parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", b"<Types/>"), *parts):
            archive.writestr(name, text)
    return out.getvalue()


def png_bomb(side=60_000):
    """A few kilobytes that say they are 3,600 million pixels."""

    def chunk(name, data):
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head = pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def send(client, url, name, data, **extra):
    return client.post(url, {"file": SimpleUploadedFile(name, data)}, **extra)


def attach(record, user, *files):
    return actions.attach(record=record, uploads=[(name, [data]) for name, data in files], by=user)


def stored():
    return sorted(path.name for path in store.folder().glob("??/*"))


def test_a_file_is_attached_and_downloaded_with_its_chinese_name_and_runs_nowhere(cast, log_in, url):
    client = log_in("manager")
    part = send(client, url, "../../etc/合同 2026年.pdf", PDF, HTTP_HX_REQUEST="true")
    part = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    row = Attachment.objects.get()
    assert row.name == "合同 2026年.pdf"
    assert row.name in part
    answer = log_in("deputy").get(f"{url}{row.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%90%88%E5%90%8C")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Type"] == "application/pdf"
    assert list((store.folder() / "staging").iterdir()) == []


def test_a_picture_is_drawn_anew_without_what_the_camera_noted(cast, ours):
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    exif[0x010F] = "SecretCam"
    [row] = attach(ours, cast.users["manager"], ("现场.jpg", picture(exif=exif)))
    kept = store.path_of(row.digest).read_bytes()
    assert b"SecretCam" not in kept
    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.size == (1920, 2560)  # upright, and no larger than the setting
        assert not drawn.getexif()
    with Image.open(store.path_of(row.small)) as small:
        assert max(small.size) == 320


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("WEBP", "webp"), ("JPEG", "jfif")])
def test_pictures_of_other_types_are_kept_too(cast, ours, kind, ending):
    [row] = attach(ours, cast.users["manager"], (f"x.{ending}", picture(kind, (50, 40))))
    with Image.open(store.path_of(row.digest)) as drawn:
        assert drawn.size == (50, 40)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.pdf", picture(size=(9, 9)), "lying_name"),
        ("x.jpg", PDF, "lying_name"),
        ("x.docx", office(("xl/workbook.xml", b"<x/>")), "lying_name"),
        ("合同.pdf.exe", PDF, "lying_name"),
        ("noending", PDF, "lying_name"),
        ("x.exe", b"MZ\x90\x00" + b"\0" * 60, "type_not_kept"),
        ("x.jpg", b"MZ\x90\x00" + b"\0" * 60, "type_not_kept"),
        ("x.txt", b"<html><script>alert(1)</script>", "type_not_kept"),
        ("x.svg", b"<svg onload='x'/>", "type_not_kept"),
        ("x.sh", b"#!/bin/sh\n", "type_not_kept"),
        ("x.gif", picture("GIF", (9, 9)), "type_not_kept"),
        ("x.zip", office(("a.txt", b"x")), "type_not_kept"),
        ("x.docx", office(("word/document.xml", b"<x/>"), ("word/vbaProject.bin", b"x")), "macros"),
        ("x.xlsx", office(("xl/workbook.xml", b"0" * 30_000_000)), "zip_bomb"),
        ("x.docx", office(("word/document.xml", b"<x/>"))[:-30], "broken_file"),
        ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("x.png", png_bomb(), "picture_bomb"),
        ("x.jpg", picture(size=(400, 400))[:-900], "broken_picture"),
        ("x.txt", b"", "empty_file"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_of_it_stays(cast, ours, name, data, code):
    with pytest.raises(BadInput) as refused:
        attach(ours, cast.users["manager"], ("gut.pdf", PDF), (name, data))
    [problem] = refused.value.problems
    assert (problem.code, problem.place.file) == (code, name)
    assert not Attachment.objects.exists()  # all or none
    assert stored() == []
    assert list((store.folder() / "staging").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.docx", office(("word/document.xml", b"<x/>"))),
        ("x.pptx", office(("ppt/presentation.xml", b"<x/>"))),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le")),
        ("x.csv", "名称,数量\n甲,1\n".encode("gb18030")),
        ("x.txt", "你好".encode()),
    ],
)
def test_office_files_and_text_are_kept_as_they_came(cast, ours, name, data):
    [row] = attach(ours, cast.users["manager"], (name, data))
    assert store.path_of(row.digest).read_bytes() == data


def test_the_page_names_each_refused_file_and_why(log_in, url):
    answer = send(log_in("manager"), url, "假.pdf", picture(size=(9, 9)), HTTP_HX_REQUEST="true")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "假.pdf" in text
    assert "jpg" in text
    plain = send(log_in("manager"), url, "假.pdf", picture(size=(9, 9)))
    assert plain.status_code == 422
    assert "假.pdf" in plain.content.decode()


def test_too_big_a_file_is_refused_while_it_comes_in(cast, ours, log_in, call, url, settings):
    settings.QIAO_ATTACHMENT_MB = 1
    read = []

    def chunks():
        for _ in range(100):
            read.append(1)
            yield b"%PDF-" + b"0" * 100_000

    with pytest.raises(BadInput) as refused:
        actions.attach(record=ours, uploads=[("x.pdf", chunks())], by=cast.users["manager"])
    assert refused.value.problems[0].code == "too_large"
    assert len(read) < 20
    much = PDF + b"0" * 5_000_000
    assert send(log_in("manager"), url, "x.pdf", much).status_code == 413
    assert stored() == []


def test_an_upload_cut_off_on_its_way_leaves_nothing(log_in, url):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + PDF
    )
    answer = log_in("manager").generic(
        "POST", url, b"", content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body) + 5000),
           "CONTENT_TYPE": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert not Attachment.objects.exists()
    assert stored() == []


def test_a_full_disk_is_told_and_leaves_nothing(cast, ours, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RuleBroken) as refused:
        attach(ours, cast.users["manager"], ("a.pdf", PDF))
    assert refused.value.code == "disk_full"
    assert not Attachment.objects.exists()


def test_the_room_for_attachments_has_an_end(cast, ours, settings):
    settings.QIAO_ATTACHMENTS_GB = 0
    with pytest.raises(RuleBroken, match="used up"):
        attach(ours, cast.users["manager"], ("a.pdf", PDF))
    assert stored() == []


def test_the_same_content_lies_there_once(cast, ours):
    attach(ours, cast.users["manager"], ("a.pdf", PDF), ("b.pdf", PDF))
    assert len(stored()) == 1


def grow_old(*digests):
    """As if put there and taken off long ago."""
    removed = Attachment.objects.filter(removed_at__isnull=False)
    removed.update(removed_at=clock.now() - queries.files.KEPT_FOR * 2)
    long_ago = time.time() - 2 * store.GRACE_SECONDS
    for digest in digests:
        os.utime(store.path_of(digest), (long_ago, long_ago))


def test_clearing_up_deletes_only_what_nothing_shows(cast, ours):
    one, two = attach(ours, cast.users["manager"], ("a.pdf", PDF), ("b.pdf", PDF))
    [other] = attach(ours, cast.users["manager"], ("c.jpg", picture(size=(50, 50))))
    grow_old(one.digest, other.digest, other.small)
    actions.remove_file(attachment=one, by=cast.users["manager"])
    assert actions.clear_files(check=lambda: None) == 0  # b.pdf shows the same content
    actions.remove_file(attachment=two, by=cast.users["manager"])
    assert actions.clear_files(check=lambda: None) == 0  # a backup under way may still name it
    grow_old()
    young = store.path_of("ff" * 32)
    young.parent.mkdir(parents=True, exist_ok=True)
    young.write_bytes(b"an upload whose row is not written yet")
    assert actions.clear_files(check=lambda: None) == 1
    assert set(stored()) == {other.digest, other.small, young.name}


def test_a_download_under_way_ends_whole_though_the_file_is_removed_and_cleared(cast, ours, log_in, url):
    [row] = attach(ours, cast.users["manager"], ("a.pdf", PDF + b"0" * 300_000))
    answer = log_in("manager").get(f"{url}{row.pk}/")
    pieces = answer.streaming_content
    first = next(iter(pieces))
    actions.remove_file(attachment=row, by=cast.users["manager"])
    grow_old(row.digest)
    assert actions.clear_files(check=lambda: None) == 1
    assert first + b"".join(pieces) == PDF + b"0" * 300_000
    assert log_in("manager").get(f"{url}{row.pk}/").status_code == 404


def test_who_hung_it_there_or_may_change_the_record_takes_it_off_and_the_audit_keeps_it(
    cast, ours, log_in, url
):
    [row] = attach(ours, cast.users["manager"], ("a.pdf", PDF))
    assert log_in("auditor").post(f"{url}{row.pk}/remove/").status_code == 403
    assert log_in("deputy").post(f"{url}{row.pk}/remove/").status_code == 302  # a deputy may change the file
    assert log_in("deputy").post(f"{url}{row.pk}/remove/").status_code == 404
    row.refresh_from_db()
    assert row.removed_by == cast.users["deputy"]
    assert "a.pdf" in log_in("auditor").get("/audit/?what=records.attachment").content.decode()


@pytest.mark.parametrize("member", ["outsider", "neighbour", "former", "hr"])
def test_out_of_scope_there_is_nothing_by_any_route(cast, log_in, call, url, ours, member):
    [row] = attach(ours, cast.users["manager"], ("a.jpg", picture(size=(50, 50))))
    client = log_in(member)
    gets = [url, f"{url}{row.pk}/", f"{url}{row.pk}/small/"]
    assert {client.get(path).status_code for path in gets} == {404}
    assert send(client, url, "b.pdf", PDF).status_code == 404
    assert client.post(f"{url}{row.pk}/remove/").status_code == 404
    api, of = call(member, ["customers.view", "records.write"]), f"/records/customer/{ours.pk}/files"
    tried = [
        ("GET", of),
        ("GET", f"{of}/{row.pk}"),
        ("GET", f"{of}/{row.pk}/small"),
        ("DELETE", f"{of}/{row.pk}"),
    ]
    assert {api(*one).status_code for one in tried} == {404}
    assert Attachment.objects.filter(removed_at__isnull=True).count() == 1


def test_a_file_is_not_reached_through_another_record(cast, log_in, ours):
    [row] = attach(ours, cast.users["manager"], ("a.pdf", PDF))
    theirs = cast.customers["theirs"].pk
    assert log_in("neighbour").get(f"/records/customer/{theirs}/files/{row.pk}/").status_code == 404


def test_the_program_does_what_the_page_does(cast, client):
    from qiao.runtime.tokens.actions import issue

    rights = ["customers.view", "records.write"]
    _token, secret = issue(user=cast.users["manager"], held=rights, name="t", rights=rights, days=1)
    of, key = (
        f"/api/v1/records/customer/{cast.customers['ours'].pk}/files",
        {"HTTP_AUTHORIZATION": f"Bearer {secret}"},
    )
    made = client.post(
        of,
        {"file": [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.jpg", picture(size=(50, 50)))]},
        **key,
    )
    assert made.status_code == 201
    first, second = made.json()
    assert (first["type"], second["has_small"]) == ("pdf", True)
    assert b"".join(client.get(f"{of}/{first['id']}", **key).streaming_content) == PDF
    assert b"".join(client.get(f"{of}/{second['id']}/small", **key).streaming_content)
    refused = client.post(of, {"file": SimpleUploadedFile("假.pdf", b"MZ")}, **key)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["place"]["file"] == "假.pdf"
    assert client.delete(f"{of}/{first['id']}", **key).status_code == 204
    assert [row["id"] for row in client.get(of, **key).json()["items"]] == [second["id"]]


def test_the_page_costs_the_same_for_few_and_many(cast, ours, log_in, url, django_assert_max_num_queries):
    for n in range(30):
        attach(ours, cast.users["manager"], (f"{n}.pdf", PDF))
    client = log_in("manager")
    client.get(url, HTTP_HX_REQUEST="true")
    with django_assert_max_num_queries(12):
        assert client.get(url, HTTP_HX_REQUEST="true").content.decode().count('class="q-file"') == 30


def test_the_time_line_tells_of_files(cast, ours):
    attach(ours, cast.users["manager"], ("合同.pdf", PDF))
    entries = timeline_of("customer", viewer_of(cast.users["deputy"]), ours.pk)
    assert [(e.text, e.source) for e in entries if e.icon == "paperclip"] == [("合同.pdf", "张三丰")]


def test_clearing_up_is_queued_once_a_day(cast, ours):
    from datetime import date

    tasks.queue_clearing(date(2026, 11, 21))
    assert not Job.objects.filter(name=tasks.CLEAR_FILES).exists()  # no files, no job
    [row] = attach(ours, cast.users["manager"], ("a.pdf", PDF))
    grow_old(row.digest)
    tasks.queue_clearing(date(2026, 11, 22))
    tasks.queue_clearing(date(2026, 11, 22))
    assert Job.objects.filter(name=tasks.CLEAR_FILES, key="records.clear_files:2026-11-22").count() == 1


def test_the_types_in_the_setting_are_all_known(settings):
    from qiao.config.environment import ATTACHMENT_TYPES

    assert set(ATTACHMENT_TYPES) == set(content.TYPES)


def test_a_backup_takes_the_contents_along(cast, ours):
    from qiao.runtime.contributions import KeptFolder, find_registered

    [row] = attach(ours, cast.users["manager"], ("a.jpg", picture(size=(500, 500))))
    kept = find_registered(KeptFolder, "files")
    assert set(kept.list_digests()) == {row.digest, row.small}
    assert (store.folder().name, kept.folder) == ("files", "files")


def test_what_hangs_behind_a_picture_does_not_survive(cast, ours):
    """A picture that is an archive or a page, too, is kept as a picture only."""
    hidden = office(("word/document.xml", b"<script>alert(1)</script>"))
    attach(ours, cast.users["manager"], ("x.jpg", picture(size=(400, 300)) + hidden))
    kept = b"".join(path.read_bytes() for path in store.folder().glob("??/*"))
    assert kept
    assert b"PK\x03\x04" not in kept
    assert b"script" not in kept
