"""Every demo enterprise loads through the very imports a user's files go through, and closes a month."""

import pytest

from qiao.config.demo.enterprises import VOCABULARIES
from qiao.config.demo.loading import LOG_IN_ROLES, load
from qiao.customers.models import Assignment, Contact, Contract, Customer, DuplicatePair
from qiao.kernel.period import Month
from qiao.ledger.models import Run
from qiao.org.models import Unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pack", sorted(VOCABULARIES))
def test_an_enterprise_loads_whole_and_its_people_find_something_to_do(pack, settings, tmp_path, client):
    settings.QIAO_HOME = tmp_path
    said: list[str] = []
    demo = load(pack, until=Month(2026, 10), customers=400, report=said.append)
    imported = Customer.objects.exclude(code__endswith="-2")  # a few are entered a second time by hand
    assert imported.count() == Contact.objects.filter(phone__startswith="000-1000").count() == 400
    assert DuplicatePair.objects.exists()
    assert Contract.objects.count() >= 3
    assert Contact.objects.filter(decision_role="approver").count() >= 3
    assert Unit.objects.count() == len(demo.world.units)
    assert Assignment.objects.filter(role="primary", ends_before=None).count() > 380
    assert list(Run.objects.filter(state="done").order_by("month").values_list("month", flat=True)) == [
        "2026-09", "2026-10",
    ]  # fmt: skip
    card = (tmp_path / "log-ins.txt").read_text(encoding="utf-8")
    assert all(role in card for role in LOG_IN_ROLES)
    password = card.splitlines()[0].rsplit(" ", 1)[1]
    assert client.login(username="manager", password=password)
    page = client.get("/inbox/")
    assert page.status_code == 200
    assert "走访" in page.content.decode()
