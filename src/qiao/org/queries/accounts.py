"""Reads of directory accounts: who somebody is that another system names."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qiao.runtime.spans import in_force

from ..models import DirectoryAccount, Person, Posting

SHOWN_HELPERS = 5


def list_accounts(person_id: int) -> list[DirectoryAccount]:
    """What a person is called elsewhere."""
    return list(DirectoryAccount.objects.filter(person_id=person_id).order_by("directory"))


def find_user_by_account(directory: str, ids: tuple[str, ...], on: date) -> Any:
    """The log-in of the one person in service listed under one of these ids."""
    listed = DirectoryAccount.objects.filter(Q(account__in=ids) | Q(union__in=ids), directory=directory)
    return _only(Person.objects.filter(in_force(on), directory_accounts__in=listed))


def find_user_by_particular(field: str, value: str, on: date) -> Any:
    """The log-in of the one person in service of this e-mail, number or log-in name; None when it fits several."""
    lookup = {"email": "email__iexact", "number": "code", "username": "user__username"}[field]
    return _only(Person.objects.filter(in_force(on), **{lookup: value})) if value else None


def _only(people: QuerySet[Person]) -> Any:
    found = list(people.filter(user__isnull=False).select_related("user").distinct()[:2])
    return found[0].user if len(found) == 1 else None


def list_helpers(on: date) -> list[str]:
    """Names of people who keep log-ins."""
    posts = Posting.objects.filter(
        in_force(on), in_force(on, "person__"), role_type__rights__contains=["log_ins.edit"]
    )
    return list(
        posts.order_by("person__pinyin").values_list("person__name", flat=True).distinct()[:SHOWN_HELPERS]
    )
