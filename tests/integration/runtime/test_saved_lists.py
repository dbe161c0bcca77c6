"""A list as it stands is kept under a name, for oneself or for all who may open it."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from qiao.runtime.models import SavedList

pytestmark = pytest.mark.django_db
CUSTOMERS = {"listing": "customers", "path": "/customers/"}


def keep(client, name="银行客户", query="?q=银行&sort=-revenue&after=abc", **more):
    return client.post(reverse("lists:save"), {**CUSTOMERS, "query": query, "name": name, **more})


def offered(client, listing="customers"):
    return client.get(
        reverse("lists:menu"), {"listing": listing, "path": "/customers/", "query": ""}
    ).content.decode()


def test_a_list_is_kept_without_its_page_and_opens_as_it_was(log_in):
    client = log_in("supervisor")
    answer = keep(client)
    row = SavedList.objects.get()
    assert answer["Location"] == row.address == f"/customers/?q={quote('银行')}&sort=-revenue&saved={row.pk}"
    page = client.get(row.address)
    assert page.status_code == 200
    assert "银行客户" in page.content.decode()
    assert row.address.replace("&", "&amp;") in offered(client)


def test_the_same_name_is_written_over(log_in):
    client = log_in("supervisor")
    keep(client)
    keep(client, query="?q=学校")
    assert SavedList.objects.get().query == f"q={quote('学校')}"


def test_what_is_shared_is_offered_to_who_may_open_the_list_and_removed_by_its_owner_only(log_in):
    keep(log_in("supervisor"), shared="on")
    row = SavedList.objects.get()
    assert row.shared
    manager = log_in("manager")
    assert row.name in offered(manager)
    assert manager.post(reverse("lists:remove", args=[row.pk])).status_code == 404
    outsider = log_in("hr")  # keeps units and people, may not open customers
    assert row.name not in offered(outsider)
    assert outsider.get(f"/org/people/?saved={row.pk}").status_code == 200
    supervisor = log_in("supervisor")
    assert supervisor.post(reverse("lists:remove", args=[row.pk]))["Location"] == "/customers/"
    assert not SavedList.objects.exists()


def test_a_private_one_is_nobody_elses(log_in):
    keep(log_in("supervisor"))
    row = SavedList.objects.get()
    client = log_in("administrator")
    assert row.name not in offered(client)
    assert row.name not in client.get(row.address).content.decode()


def test_sharing_asks_for_its_right_and_for_a_list_of_its_own(log_in):
    manager = log_in("manager")
    assert keep(manager, shared="on").status_code == 403
    supervisor = log_in("supervisor")
    body = {"listing": "sub", "path": reverse("lists:menu"), "query": "", "name": "x", "shared": "on"}
    assert supervisor.post(reverse("lists:save"), body).status_code == 422
    assert not SavedList.objects.exists()


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/", "//elsewhere.example/", "/no/such/list/", "javascript:x"]
)
def test_it_never_leads_out_of_the_house(log_in, path):
    client = log_in("supervisor")
    answer = client.post(
        reverse("lists:save"), {"listing": "customers", "path": path, "query": "", "name": "x"}
    )
    assert answer.status_code == 422
    assert not SavedList.objects.exists()


def test_a_filter_that_was_removed_is_named_and_the_list_shown_without(log_in):
    client = log_in("supervisor")
    keep(client, query="?colour=red&q=银行")
    page = client.get(SavedList.objects.get().address)
    assert page.status_code == 200
    assert "colour" in page.content.decode()


def test_a_filter_whose_value_is_gone_says_so_and_loses_nothing(log_in):
    client = log_in("supervisor")
    keep(client, query="?tier=platinum")
    assert client.get(SavedList.objects.get().address).status_code == 422
    assert SavedList.objects.exists()


def test_programs_keep_list_and_forget_them(call):
    caller = call("supervisor", ["customers.view", "lists.share"])
    made = caller("post", "/lists", {**CUSTOMERS, "query": "?q=a", "name": "A", "shared": True})
    assert made.status_code == 201, made.content
    assert [
        row["name"] for row in call("manager", ["customers.view"])("get", "/lists?listing=customers").json()
    ] == ["A"]
    assert call("manager", ["customers.view"])("delete", f"/lists/{made.json()['id']}").status_code == 404
    assert caller("delete", f"/lists/{made.json()['id']}").status_code == 204
