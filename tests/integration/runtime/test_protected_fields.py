"""Protected fields: one rule under pages, lists, paper, history and API; opening one is noted."""

from datetime import date

import pytest

from qiao.customers import actions as customers
from qiao.customers.models import Contact
from qiao.customers.paper import list_sheets
from qiao.org import actions as org
from qiao.org.access import viewer_of
from qiao.org.models import RoleType
from qiao.runtime.models import FieldRead
from qiao.runtime.protection import Sight, mask_mailbox, mask_number, sights_of

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def contact(cast):
    return customers.put_contact(
        customer=cast.customers["ours"], by=None, name="周全", phone=PHONE, email="zhou@example.com"
    )


@pytest.fixture
def sees(cast):
    """``sees(role, code=sight)`` changes what a role type sees."""

    def change(role, **sights):
        row = RoleType.objects.get(code=role)
        org.put_role_type(
            role_type=row, sights={k.replace("_", ".", 1): v for k, v in sights.items()}, by=None
        )

    return change


@pytest.mark.parametrize(
    ("plain", "masked"),
    [
        (PHONE, "138****5678"),
        ("0571-88881234", "057******1234"),
        ("96017", "***17"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_ends(plain, masked):
    assert mask_number(plain) == masked


def test_a_mailbox_keeps_its_house():
    assert mask_mailbox("zhou@example.com") == "z***@example.com"
    assert mask_mailbox("nonsense") == "n**"


def test_of_several_posts_the_widest_counts():
    both = sights_of([{"contact.phone": "hidden"}, {"contact.phone": "on_request"}])
    assert both["contact.phone"] is Sight.ON_REQUEST
    assert sights_of([])["contact.phone"] is Sight.HIDDEN


@pytest.fixture
def unsaid(sees):
    """The role of account managers says nothing of any field."""
    sees("manager")


def test_by_default_a_contacts_number_is_masked_and_opened_one_by_one(cast, log_in, contact, unsaid):
    client = log_in("manager")
    page = client.get(
        f"/customers/{cast.customers['ours'].pk}/people/", HTTP_HX_REQUEST="true"
    ).content.decode()
    assert "138****5678" in page
    assert PHONE not in page
    opened = client.post(f"/fields/contact.phone/{contact.pk}/open/", HTTP_HX_REQUEST="true")
    assert PHONE in opened.content.decode()
    note = FieldRead.objects.get()
    assert (note.user_id, note.field, note.kind, note.record_id) == (
        cast.users["manager"].pk, "contact.phone", "customer", cast.customers["ours"].pk,
    )  # fmt: skip


def test_out_of_sight_there_is_nothing_to_open(cast, log_in, contact):
    for member in ("neighbour", "outsider"):
        assert log_in(member).post(f"/fields/contact.phone/{contact.pk}/open/").status_code in {403, 404}
    assert log_in("manager").post("/fields/contact.shoe_size/1/open/").status_code == 404
    assert not FieldRead.objects.exists()


def test_a_role_that_sees_it_masked_does_not_open_it(cast, log_in, contact, sees):
    sees("manager", contact_phone="masked", contact_email="hidden")
    client = log_in("manager")
    page = client.get(
        f"/customers/{cast.customers['ours'].pk}/people/", HTTP_HX_REQUEST="true"
    ).content.decode()
    assert "138****5678" in page
    assert "example.com" not in page
    assert "/open/" not in page
    assert client.post(f"/fields/contact.phone/{contact.pk}/open/").status_code == 403


def test_a_role_that_sees_it_plain_calls_by_a_touch(cast, log_in, contact, sees):
    sees("manager", contact_phone="open")
    page = log_in("manager").get(f"/customers/{cast.customers['ours'].pk}/people/", HTTP_HX_REQUEST="true")
    assert f'href="tel:{PHONE}"' in page.content.decode()


def test_history_paper_and_api_mask_alike(cast, log_in, call, contact, unsaid):
    pk = cast.customers["ours"].pk
    history = log_in("manager").get(f"/customers/{pk}/history/", HTTP_HX_REQUEST="true").content.decode()
    assert "138****5678" in history
    assert PHONE not in history
    assert PHONE not in log_in("auditor").get("/audit/").content.decode()
    assert PHONE not in str(list_sheets(viewer_of(cast.users["manager"]), pk))
    manager = call("manager", ["customers.view", "customers.edit"])
    assert manager("GET", f"/customers/{pk}/contacts").json()[0]["phone"] == "138****5678"
    assert PHONE not in manager("GET", f"/customers/{pk}/history").content.decode()
    assert PHONE not in manager("GET", f"/customers/{pk}/timeline").content.decode()


def test_what_is_not_seen_is_not_written_over(cast, log_in, call, contact, unsaid):
    pk = cast.customers["ours"].pk
    client = log_in("manager")
    form = client.get(f"/customers/{pk}/people/{contact.pk}/").content.decode()
    assert 'name="phone"' not in form
    client.post(f"/customers/{pk}/people/{contact.pk}/", {"name": "周到", "phone": "1"})
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("周到", PHONE)
    manager = call("manager", ["customers.view", "customers.edit"])
    assert manager("PUT", f"/customers/{pk}/contacts/{contact.pk}", {"name": "周密"}).status_code == 200
    refused = manager("PUT", f"/customers/{pk}/contacts/{contact.pk}", {"name": "周密", "phone": "1"})
    assert (refused.status_code, refused.json()["field"]) == (422, "phone")
    assert Contact.objects.get(pk=contact.pk).phone == PHONE


def test_a_list_and_its_export_mask_or_leave_out_the_column(cast, log_in, sees):
    chosen = "/org/people/?columns=phone"
    assert "13900000000" in log_in("hr").get(chosen).content.decode()
    sees("hr", person_phone="masked")
    page = log_in("hr").get(chosen).content.decode()
    assert "139****0000" in page
    assert "13900000000" not in page
    export = b"".join(log_in("hr").get(f"{chosen}&export=csv").streaming_content).decode()
    assert "139****0000" in export
    assert "13900000000" not in export
    sees("hr", person_phone="hidden")
    export = b"".join(log_in("hr").get(f"{chosen}&export=csv").streaming_content).decode()
    assert "0000" not in export.replace("P-", "")


def test_a_role_type_is_changed_by_who_may_and_counts_at_once(cast, log_in, contact, unsaid):
    role = RoleType.objects.get(code="manager")
    assert log_in("hr").get(f"/org/roles/{role.pk}/").status_code == 403
    client = log_in("administrator")
    shown = client.get(f"/org/roles/{role.pk}/").content.decode()
    assert 'name="sight_contact.phone"' in shown
    data = {"name_zh": "客户经理", "profile": "manager", "scope_kind": "self", "rights": role.rights}
    sights = {f"sight_{code}": "open" for code in sights_of([{}])}
    assert client.post(f"/org/roles/{role.pk}/", {**data, **sights}).status_code == 302
    page = log_in("manager").get(f"/customers/{cast.customers['ours'].pk}/people/", HTTP_HX_REQUEST="true")
    assert PHONE in page.content.decode()


def test_the_last_who_may_change_roles_stays(cast, log_in, call):
    role = RoleType.objects.get(code="administrator")
    admin = call("administrator", ["org.roles", "org.view"])
    refused = admin("PATCH", f"/org/role-types/{role.pk}", {"rights": ["org.view"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "nobody_left")
    unknown = admin("PATCH", f"/org/role-types/{role.pk}", {"rights": ["org.views"]})
    assert unknown.json()["code"] == "unknown_right"
    odd = admin("PATCH", f"/org/role-types/{role.pk}", {"sights": {"contact.phone": "wide"}})
    assert odd.json()["code"] == "unknown_sight"
    new = {"code": "guest", "name_zh": "访客", "profile": "manager", "scope_kind": "self"}
    assert admin("POST", "/org/role-types", new).status_code == 201
    assert admin("POST", "/org/role-types", new).json()["code"] == "role_code_taken"


def test_the_auditor_reads_who_opened_what(cast, log_in, call, contact, unsaid):
    log_in("manager").post(f"/fields/contact.phone/{contact.pk}/open/")
    page = log_in("auditor").get("/audit/opened/").content.decode()
    assert "manager" in page
    assert PHONE not in page
    assert log_in("manager").get("/audit/opened/").status_code == 403
    opened = call("administrator", ["audit.view"])("GET", "/protected/reads").json()
    assert opened[0]["username"] == "manager"
    fields = call("manager", ["customers.view"])("GET", "/protected/fields").json()
    assert {"code": "contact.phone", "label": "联系人电话", "sight": "on_request"} in fields
    again = call("manager", ["customers.view"])("POST", f"/protected/fields/contact.phone/{contact.pk}/open")
    assert again.json() == {"value": PHONE}


@pytest.fixture
def numbered(cast):
    """Ours and theirs with numbers of their own; theirs also bears the digits in its name."""
    for key, phone in (("ours", "0571-8812 3456"), ("theirs", "13912345678")):
        customers.change_file(customer=cast.customers[key], changes={"phone": phone}, by=None)
    return cast


FINDS = {
    "open": {"8812": {"ours"}, "0571-88123456": {"ours"}, "13912345678": {"theirs"}, "云桥": {"ours"}},
    "on_request": {"8812": set(), "0571": set(), "057188123456": {"ours"}, "0571-8812 3456": {"ours"},
                   "1391234567": set(), "13912345678": {"theirs"}, "云桥": {"ours"}, "C-ou": {"ours"}},
    "masked": {"8812": set(), "057188123456": {"ours"}},
    "hidden": {"8812": set(), "057188123456": set(), "云桥": {"ours"}, "C-ours": {"ours"}},
}  # fmt: skip


@pytest.mark.parametrize("sight", FINDS)
def test_a_number_is_found_only_as_far_as_it_is_read(numbered, log_in, call, sees, sight):
    names = {"ours": "云桥机械有限公司", "theirs": "乙县供销社"}
    sees("supervisor", customer_phone=sight)
    client, api = log_in("supervisor"), call("supervisor", ["customers.view"])
    for text, found in FINDS[sight].items():
        listed = client.get("/customers/", {"q": text}).content.decode()
        hits = client.get("/search/", {"q": text}, HTTP_HX_REQUEST="true").content.decode()
        told = {row["name"] for row in api("GET", f"/customers?q={text}").json()["items"]}
        for key, name in names.items():
            assert (name in listed) == (key in found), (text, key, "list")
            assert (name in hits) == (key in found), (text, key, "search")
            assert (name in told) == (key in found), (text, key, "api")


def test_contracts_and_colleagues_are_found_no_further(numbered, log_in, sees):
    customers.put_contract(
        customer=numbered.customers["ours"], number="A-1", title="专线", starts_on=date(2026, 1, 1), by=None
    )
    client = log_in("supervisor")
    for sight, found in (("open", True), ("masked", False)):
        sees("supervisor", customer_phone=sight, person_phone=sight)
        assert ("专线" in client.get("/customers/contracts/", {"q": "8812"}).content.decode()) is found
        assert ("张三丰" in client.get("/org/people/", {"q": "1390000"}).content.decode()) is found
    assert "张三丰" in client.get("/org/people/", {"q": "13900000000"}).content.decode()


def test_a_bar_in_a_number_does_not_part_it_from_itself(cast, log_in, sees):
    customers.change_file(customer=cast.customers["ours"], changes={"phone": "88123456|77123456"}, by=None)
    sees("supervisor", customer_phone="masked")
    assert "云桥机械" not in log_in("supervisor").get("/customers/", {"q": "88123"}).content.decode()
