"""Writes about a customer's file: identity, contacts, sites."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.customers.core.tax_number import checked_tax_number
from qiao.customers.models import Customer, HomeUnit, Site
from qiao.kernel.errors import N_, RuleBroken
from qiao.org.models import Unit
from qiao.runtime import clock
from qiao.runtime.search import pinyin_of, search_key

from .duplicates import Alike, check_reason, note_saved_anyway

FILE_FIELDS = ("name", "short_name", "kind", "segment", "industry", "traits", "phone", "tax_number")


def customer_keys(*, name: str, short_name: str, code: str, phone: str) -> dict[str, str]:
    """Derived columns of a customer."""
    return {
        "pinyin": pinyin_of(name),
        "search_key": search_key(names=[name, short_name], codes=[code, phone]),
    }


@transaction.atomic
def open_file(
    *, code: str, name: str, home_unit: Unit, starts_on: date, by: Any, address: str = "",
    alike: Alike = (), anyway: str = "", **file: Any,
) -> Customer:  # fmt: skip
    """Open a customer's file in a unit, with its main site where an address is given.

    Args:
        alike: Files that look like it, as the caller found them; then ``anyway`` says why it is another customer.

    Raises:
        RuleBroken: The number is taken, the tax number has a slip, or others look like it and no reason is given.
    """
    check_reason(alike, anyway)
    if Customer.objects.filter(code=code).exists():
        raise RuleBroken(N_("The code %(value)s is taken."), code="code_taken", field="code", value=code)
    file["tax_number"] = checked_tax_number(file.get("tax_number", ""))
    keys = customer_keys(
        name=name, short_name=file.get("short_name", ""), code=code, phone=file.get("phone", "")
    )
    customer = Customer.objects.create(
        code=code, name=name, starts_on=starts_on,
        home_unit=home_unit if starts_on <= clock.today() else None, **file, **keys,
    )  # fmt: skip
    HomeUnit.objects.create(customer=customer, unit=home_unit, starts_on=starts_on)
    if address:
        Site.objects.create(customer=customer, address=address, is_main=True)
    note_saved_anyway(customer_id=customer.pk, alike=alike, reason=anyway)
    return customer


@transaction.atomic
def change_file(
    *, customer: Customer, changes: Mapping[str, Any], by: Any, alike: Alike = (), anyway: str = ""
) -> Customer:
    """Change fields of a file (``FILE_FIELDS`` and ``group``).

    Args:
        alike: Files it comes to look like; then ``anyway`` says why it is another customer.

    Raises:
        RuleBroken: The group would contain itself, a new tax number has a slip, or others look like it and no reason
            is given.
    """
    check_reason(alike, anyway)
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    for name, value in changes.items():
        if name not in (*FILE_FIELDS, "group"):
            raise KeyError(name)
        # A number with a slip entered long ago must not stand in the way of a change to another field.
        changed = name == "tax_number" and value != row.tax_number
        setattr(row, name, checked_tax_number(value) if changed else value)
    if "group" in changes and row.group is not None:
        _check_group(row)
    for name, value in customer_keys(
        name=row.name, short_name=row.short_name, code=row.code, phone=row.phone
    ).items():
        setattr(row, name, value)
    row.save()
    note_saved_anyway(customer_id=row.pk, alike=alike, reason=anyway)
    return row


IN_LISTS = ("kind", "segment", "industry")  # by none of these a file is found, or looks like another


@transaction.atomic
def change_one_field(*, field: str, values: Mapping[int, str], by: Any) -> None:
    """Change one field of many files, of those :data:`IN_LISTS`.

    Args:
        field: Which.
        values: Customer → what is to stand there.
        by: Who changes.
    """
    if field not in IN_LISTS:
        raise KeyError(field)
    by_value: dict[str, list[int]] = {}
    for pk, value in values.items():
        by_value.setdefault(value, []).append(pk)
    list(Customer.objects.select_for_update().filter(pk__in=list(values)).order_by("pk").values_list("pk"))
    for value, pks in by_value.items():
        Customer.objects.filter(pk__in=pks).update(**{field: value})


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
