"""Writes about what people are called elsewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken

from ..models import DIRECTORIES, DirectoryAccount, Person


@transaction.atomic
def put_accounts(*, person: Person, accounts: Mapping[str, str], by: Any) -> None:
    """Say by which user id a person is known in each directory; empty takes it away.

    Who is known by an id logs in with it, so each belongs to one person.

    Raises:
        RuleBroken: Another person is known by it, or there is no such directory.
    """
    for directory, account in accounts.items():
        if directory not in DIRECTORIES:
            raise RuleBroken(N_("There is no such directory."), code="no_such_directory", field=directory)
        row = DirectoryAccount.objects.filter(person=person, directory=directory).first()
        account = account.strip()
        if not account:
            if row is not None:
                row.delete()
            continue
        if row is not None and row.account == account:
            continue
        row = row or DirectoryAccount(person=person, directory=directory)
        row.account, row.union, row.gone_on = account, "", None
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise RuleBroken(
                N_("Another person is known by “%(account)s” there."), code="account_taken", field=directory,
                account=account,
            ) from None  # fmt: skip


@transaction.atomic
def note_member(*, person: Person, directory: str, account: str, union: str, by: Any) -> None:
    """Note who a person is in a directory, as the directory itself says.

    Raises:
        RuleBroken: Another person is known by one of these ids.
    """
    put_accounts(person=person, accounts={directory: account}, by=by)
    row = DirectoryAccount.objects.get(person=person, directory=directory)
    if not union or row.union == union:
        return
    row.union = union
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("Another person is known by “%(account)s” there."), code="account_taken", field=directory, account=union
        ) from None  # fmt: skip


@transaction.atomic
def note_missed(*, person: Person, directory: str, on: date | None, by: Any) -> DirectoryAccount:
    """Note since when a person is missed in a directory, so that his hand-over begins; None: he is there again."""
    row = DirectoryAccount.objects.select_for_update().get(person=person, directory=directory)
    row.gone_on = on
    row.save()
    return row
