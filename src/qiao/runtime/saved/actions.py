"""Writes about saved lists."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction
from django.urls import Resolver404, resolve

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.models import SavedList

from .queries import right_of

PLACE = frozenset({"after", "before", "saved", "export"})  # of one page or one answer, not of the list
MOST = 100


@transaction.atomic
def save(*, viewer: Any, listing: str, path: str, query: str, name: str, shared: bool) -> SavedList:
    """Keep a list under a name; the same name of the same person is written over.

    Args:
        viewer: Whose it becomes.
        listing: Code of the list.
        path: Address of the list in this house.
        query: What it is narrowed to, as in the address.
        name: As it is offered.
        shared: For all who may open the list; asks for the right to share.

    Raises:
        RuleBroken: The address is no page here, the list is not one that can be shared, or there are too many.
        NotAllowed: Sharing without the right.
    """
    try:
        resolve(path)
    except Resolver404:
        raise RuleBroken(N_("There is no list at this address."), code="no_list", field="path") from None
    right = right_of(path)
    if shared:
        viewer.check("lists.share")
        if not right:
            raise RuleBroken(
                N_("This list belongs to another page and cannot be shared by itself."),
                code="not_shared",
                field="shared",
            )
    kept = urlencode([(key, value) for key, value in parse_qsl(query.lstrip("?")) if key not in PLACE])
    mine = SavedList.objects.filter(owner_id=viewer.user_id)
    if mine.count() >= MOST:
        raise RuleBroken(N_("%(most)s saved lists are enough; remove one first."), code="too_many", most=MOST)
    try:
        with transaction.atomic():
            row, _made = mine.update_or_create(
                owner_id=viewer.user_id, listing=listing, name=name,
                defaults={"path": path, "query": kept, "shared": shared, "right": right, "saved_at": clock.now()},
            )  # fmt: skip
    except IntegrityError:  # the same name from two windows at once
        return mine.get(listing=listing, name=name)
    return row


@transaction.atomic
def remove(*, saved_id: int, user_id: int) -> None:
    """Forget one of one's own saved lists.

    Raises:
        NotFound: It is not his.
    """
    if not SavedList.objects.filter(pk=saved_id, owner_id=user_id).delete()[0]:
        raise NotFound
