"""A context that nobody knows registers itself and is found everywhere."""

from datetime import UTC, datetime

import pytest

from qiao.runtime import contributions as c

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake():
    """A context of its own: right, navigation, home card, tab, time line, search, hook."""
    heard = []
    items = (
        c.Right("fake.view", "See fakes"),
        c.NavItem("fake", "Fakes everywhere", "me", "star", "fake.view", 1),
        c.HomeCard("fake", "Fake card", "me", "fake.view", 1, frozenset({"manager"})),
        c.RecordTab("customer", "fake", "Fake tab", "customers:service", "fake.view", 5),
        c.TimelineSource(
            "customer", "fake", "Fakes", "fake.view",
            lambda viewer, pk, limit: [c.TimelineEntry(datetime(2026, 1, 1, tzinfo=UTC), "Fake happened")],
        ),
        c.SearchSource("fake", "Fakes", "fake.view", 1, lambda viewer, text, limit: [c.SearchHit("Fake hit", "/me/")]),
        c.Hook("on_transfer", "fake", lambda **kw: heard.append(kw)),
    )  # fmt: skip
    c.register(*items)
    yield heard
    c.unregister(*items)


@pytest.fixture
def granted(fake, cast):
    from qiao.org.models import RoleType

    role = RoleType.objects.get(code="manager")
    role.rights = [*role.rights, "fake.view"]
    role.save()


def test_it_is_found_in_navigation_home_tabs_time_line_and_search(granted, cast, log_in):
    client = log_in("manager")
    page = client.get(f"/customers/{cast.customers['ours'].pk}/").content.decode()
    assert "Fakes everywhere" in page
    assert "Fake tab" in page
    overview = client.get(
        f"/customers/{cast.customers['ours'].pk}/overview/", HTTP_HX_REQUEST="true"
    ).content.decode()
    assert "Fake happened" in overview
    home = client.get("/").content.decode()
    assert "Fake card" in home
    hits = client.get("/search/?q=zz", HTTP_HX_REQUEST="true").content.decode()
    assert "Fake hit" in hits


def test_whoever_lacks_the_right_sees_nothing_of_it(fake, cast, log_in):
    page = log_in("manager").get(f"/customers/{cast.customers['ours'].pk}/").content.decode()
    assert "Fake" not in page


def test_its_hook_is_called_in_the_callers_transaction(fake):
    c.call_hooks("on_transfer", customer_id=1)
    assert fake == [{"customer_id": 1}]


def test_one_code_belongs_to_one_descriptor(fake):
    with pytest.raises(ValueError, match="registered twice"):
        c.register(c.NavItem("fake", "Another", "me", "star", "", 2))
