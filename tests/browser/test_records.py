"""Pages of records without tabs, of structures and of proposed rights, on both screens."""

import os
from datetime import date
from pathlib import Path

import pytest

from qiao.customers import actions as customers
from qiao.customers.models import Customer
from qiao.org import actions as org
from qiao.org.core.shipped import ROLE_TYPES
from qiao.org.models import RoleType


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_new_pages_of_records_and_structure_stand(browse, viewport, language):
    screen = browse(viewport, language)
    ours = Customer.objects.get(code="C-ours")
    contract = customers.put_contract(
        customer=ours,
        number="A-1",
        title="数据专线租用合同",
        starts_on=date(2026, 1, 1),
        terms="按月结算。",
        by=None,
    )
    org.enter_usual_posts(by=None)
    org.enter_usual_structure(by=None)
    rights = next(one["rights"] for one in ROLE_TYPES if one["code"] == "supervisor")
    RoleType.objects.filter(code="supervisor").update(rights=rights[:-3])
    screen.log_in("administrator")
    pages = {
        "contract": f"/customers/contracts/{contract.pk}/",
        "missing": "/org/structure/missing/",
        "structure": "/org/structure/",
        "proposed": "/org/roles/proposed/",
        "analysis": "/ledger/analysis/?i=revenue&r=period",
    }
    for name, address in pages.items():
        page = screen.open(address)
        if folder := os.environ.get("QIAO_SHOTS"):
            page.screenshot(path=str(Path(folder) / f"{name}-{viewport}-{language}.png"), full_page=True)
        screen.check()
