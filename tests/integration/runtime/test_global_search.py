"""The search of the top bar: across contexts, in scope, the nearest first."""

import pytest

from qiao.customers import actions as customers
from qiao.customers.models import Contact
from qiao.runtime.search import closeness, spaced
from qiao.runtime.spaced import Spaced
from qiao.work import actions as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(call):
    """``found(member, text)`` → titles by source."""

    def search(member, text):
        rights = ["customers.view", "org.view", "rulebook.view", "ledger.view", "customers.edit"]
        groups = call(member, rights)("GET", f"/search?q={text}").json()
        return {group["code"]: [hit["title"] for hit in group["hits"]] for group in groups}

    return search


@pytest.fixture
def known(cast):
    """A person at two customers each, a contract, two more customers with a common name."""
    for key, name in (("ours", "周全福"), ("far", "周全禄")):
        customers.put_contact(customer=cast.customers[key], name=name, by=None)
    customers.put_contract(
        customer=cast.customers["ours"],
        number="HT-2026-77",
        title="专线租用合同",
        starts_on="2026-01-01",
        by=None,
    )
    for code, name in (("C-a", "大云桥机械有限公司"), ("C-b", "云桥")):
        customers.open_file(
            code=code,
            name=name,
            home_unit=cast.units["jia"],
            starts_on=cast.customers["ours"].starts_on,
            by=None,
        )


def test_the_nearest_comes_first(cast, known, found):
    assert found("supervisor", "云桥")["customers"] == ["云桥", "云桥机械有限公司", "大云桥机械有限公司"]
    assert found("supervisor", "yqjx")["customers"][0] == "云桥机械有限公司"
    assert found("supervisor", "C-ours")["customers"][0] == "云桥机械有限公司"


def test_people_at_customers_and_contracts_are_found_within_reach(cast, known, found):
    assert found("administrator", "周全")["contacts"] == ["周全禄", "周全福"]
    assert found("manager", "周全")["contacts"] == ["周全福"]
    assert found("neighbour", "周全")["contacts"] == ["周全禄"]
    assert found("manager", "ht-2026")["contracts"] == ["HT-2026-77 专线租用合同"]
    assert found("manager", "租用")["contracts"] == ["HT-2026-77 专线租用合同"]
    assert "contracts" not in found("neighbour", "租用")
    assert found("outsider", "周全") == {}


def test_pages_units_articles_indicators_and_things_to_begin_are_found(cast, found):
    assert "客户" in found("manager", "kh")["pages"]
    assert "新建客户" in found("manager", "新建")["pages"]
    assert "新建客户" not in found("auditor", "新建").get("pages", [])
    assert found("manager", "customers")["pages"]  # pages answer to their English name as well
    assert found("supervisor", "甲县")["units"] == ["甲县"]
    assert "units" not in found("manager", "丙县")
    assert (
        "营业收入" in " ".join(found("manager", "收入").get("indicators", []))
        or found("manager", "收入")["indicators"]
    )


def test_the_index_finds_what_the_key_finds(cast, known):
    """The SQL form of a text is the form the stored keys have."""
    for name in ("周全福", "A12 张 三", "Li 李Lee", "  "):
        Contact.objects.filter(name="周全福").update(name=name)
        row = Contact.objects.filter(name=name).annotate(typed=Spaced("name")).first()
        if row is not None and name.strip():
            assert row.typed == spaced(name)
            Contact.objects.filter(name=name).update(name="周全福")


@pytest.mark.parametrize(
    ("name", "code", "rank"),
    [("云桥", "C1", 0), ("别的", "云桥", 0), ("云桥机械", "C1", 1), ("大云桥", "C1", 4), ("别的", "C1", 5)],
)
def test_how_near_a_hit_is(name, code, rank):
    assert closeness("云桥", name=name, code=code)[0] == rank


def test_notices_and_tasks_too(cast, call):
    work.give_task(owner_id=cast.people["manager"].pk, title="盘点设备", by=cast.users["manager"])
    groups = call("manager", ["customers.view"])("GET", "/search?q=盘点").json()
    assert [g["code"] for g in groups] == ["tasks"]
