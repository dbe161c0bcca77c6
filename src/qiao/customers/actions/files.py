"""Writes about a customer's file: identity, contacts, sites."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.customers.models import Customer, HomeUnit, Site
from qiao.kernel.errors import N_, RuleBroken
from qiao.org.models import Unit
from qiao.runtime import clock
from qiao.runtime.search import pinyin_of, search_key

FILE_FIELDS = ("name", "short_name", "kind", "segment", "industry", "traits", "phone", "tax_number")


def customer_keys(*, name: str, short_name: str, code: str, phone: str) -> dict[str, str]:
    """Derived columns of a customer."""
    return {
        "pinyin": pinyin_of(name),
        "search_key": search_key(names=[name, short_name], codes=[code, phone]),
    }


@transaction.atomic
def open_file(*, code: str, name: str, home_unit: Unit, starts_on: date, by: Any, **file: Any) -> Customer:
    """Open a customer's file in a unit.

    Raises:
        RuleBroken: The number is taken.
    """
    if Customer.objects.filter(code=code).exists():
        raise RuleBroken(N_("The code %(value)s is taken."), code="code_taken", field="code", value=code)
    keys = customer_keys(
        name=name, short_name=file.get("short_name", ""), code=code, phone=file.get("phone", "")
    )
    customer = Customer.objects.create(
        code=code, name=name, starts_on=starts_on,
        home_unit=home_unit if starts_on <= clock.today() else None, **file, **keys,
    )  # fmt: skip
    HomeUnit.objects.create(customer=customer, unit=home_unit, starts_on=starts_on)
    return customer


@transaction.atomic
def change_file(*, customer: Customer, changes: Mapping[str, Any], by: Any) -> Customer:
    """Change fields of a file (``FILE_FIELDS`` and ``group``).

    Raises:
        RuleBroken: The group would contain itself.
    """
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    for name, value in changes.items():
        if name not in (*FILE_FIELDS, "group"):
            raise KeyError(name)
        setattr(row, name, value)
    if "group" in changes and row.group is not None:
        _check_group(row)
    for name, value in customer_keys(
        name=row.name, short_name=row.short_name, code=row.code, phone=row.phone
    ).items():
        setattr(row, name, value)
    row.save()
    return row


def _check_group(row: Customer) -> None:
    seen, above = {row.pk}, row.group
    while above is not None:
        if above.pk in seen:
            raise RuleBroken(
                N_("A customer cannot belong to a group below itself."), code="group_cycle", field="group"
            )
        seen.add(above.pk)
        above = above.group


@transaction.atomic
def put_site(*, customer: Customer, by: Any, site: Site | None = None, **values: Any) -> Site:
    """Enter or change a place. Coordinates come in as WGS-84; the caller converts and names the source's datum."""
    row = site or Site(
        customer=customer, is_main=not Site.objects.filter(customer=customer, is_main=True).exists()
    )
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("The coordinates are not on the earth, or only one of them is given."),
            code="site_coordinates",
            field="lat",
        ) from None
    return row
