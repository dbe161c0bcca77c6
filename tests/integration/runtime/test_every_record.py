"""Records without tabs – articles, contracts, imports, closes, bulletins, posts, approvals – carry what every record carries."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiao.customers import actions as customers
from qiao.kernel.errors import NotFound
from qiao.ledger.models import Run
from qiao.org.access import viewer_of
from qiao.runtime import clock
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.records import access, actions
from qiao.runtime.records.models import Follow
from qiao.work.models import InboxItem
from tests.integration.test_imports import upload

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def contract(cast):
    return customers.put_contract(
        customer=cast.customers["ours"], number="A-1", title="专线", starts_on=date(2026, 1, 1), by=None
    )


def carries(client, page: str, kind: str, pk: int) -> None:
    """The page loads the bar, comments and files; each of them answers, and so does paper."""
    text = client.get(page).content.decode()
    for part in ("bar", "comments", "files"):
        address = f"/records/{kind}/{pk}/{part}/"
        assert f'"{address}"' in text, part
        assert client.get(address, **HTMX).status_code == 200
    assert client.get(f"/records/{kind}/{pk}/print/").status_code == 200
    assert client.get(f"/records/{kind}/{pk}/comments/")["Location"].startswith(page)


def test_a_contract_has_a_page_with_all_of_it_for_whoever_sees_the_customer(cast, log_in, contract):
    page = f"/customers/contracts/{contract.pk}/"
    carries(log_in("manager"), page, "contract", contract.pk)
    paper = log_in("manager").get(f"/records/contract/{contract.pk}/print/").content.decode()
    assert "云桥机械有限公司" in paper
    for member in ("neighbour", "outsider"):
        client = log_in(member)
        assert client.get(page).status_code in (403, 404)
        assert client.get(f"/records/contract/{contract.pk}/comments/", **HTMX).status_code == 404


def test_who_serves_the_customer_is_told_of_a_comment_on_its_contract(cast, log_in, contract):
    record = access.get_record(viewer_of(cast.users["supervisor"]), "contract", contract.pk)
    actions.comment(record=record, text="@李四光 请续签", by=cast.users["supervisor"])
    told = InboxItem.objects.filter(
        person__in=[cast.people["manager"], cast.people["deputy"]], done_at__isnull=True
    )
    assert {one.person.code for one in told} == {"P-manager", "P-deputy"}


def test_imports_carry_it_and_only_their_owner_sees_it(cast, log_in):
    run = upload(log_in("supervisor"), "客户编号,客户名称,归属单位\nN1,新桥商店,jia\n")
    carries(log_in("supervisor"), f"/imports/customers/{run.pk}/", "import", run.pk)
    record = access.get_record(viewer_of(cast.users["supervisor"]), "import", run.pk)
    actions.comment(record=record, text="请复核", by=cast.users["supervisor"])
    assert Follow.objects.filter(kind="import", object_id=run.pk).exists()
    for member in ("hr", "manager"):
        with pytest.raises(NotFound):
            access.get_record(viewer_of(cast.users[member]), "import", run.pk)
    assert access.find_record(viewer_of(cast.users["administrator"]), "import", run.pk) is not None
    ImportRun.objects.filter(pk=run.pk).update(kind="gone")
    assert access.find_record(viewer_of(cast.users["supervisor"]), "import", run.pk) is None


def test_a_close_carries_it_for_whoever_closes(cast, log_in):
    run = Run.objects.create(
        month="2026-10", state="done", is_current=True, code_version="1", started_at=clock.now(),
        finished_at=clock.now(), by=cast.users["administrator"],
    )  # fmt: skip
    carries(log_in("administrator"), f"/ledger/close/{run.pk}/", "close", run.pk)
    assert log_in("manager").get(f"/records/close/{run.pk}/bar/", **HTMX).status_code == 404


def test_attachments_and_tags_go_onto_them_too(cast, log_in, contract):
    client = log_in("manager")
    tag = actions.put_tag(kind="contract", name="待续签", colour="red", by=None)
    answer = client.post(f"/records/contract/{contract.pk}/mark/", {"tag": tag.pk, "on": "1"}, **HTMX)
    assert "待续签" in answer.content.decode()
    file = SimpleUploadedFile("合同.txt", "正文".encode())
    client.post(f"/records/contract/{contract.pk}/files/", {"file": file}, **HTMX)
    assert "合同.txt" in client.get(f"/records/contract/{contract.pk}/files/", **HTMX).content.decode()
