"""The public pool in the API."""

from typing import Any

from ninja import Router, Status

from qiao.customers import access, policy
from qiao.runtime import clock
from qiao.runtime.paging import cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id

from . import schemas as s
from .pool import claim_one

router = Router()


@router.get("/pool", response=s.PoolPage, summary="Customers of the public pool in reach, by number")
def list_pool(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    today = clock.today()
    rows = access.visible_pool(request.viewer, policy.pool_policy(today), today)
    return cut_page(rows, order="code", cursor=cursor, limit=limit)


@router.post(
    "/pool/{int:customer_id}/claim", response={201: s.ClaimOut}, summary="Claim a customer of the pool"
)
def claim(request: Request, customer_id: Id) -> Any:
    today = clock.today()
    article = policy.pool_policy(today)
    (pk,) = access.check_claimable(request.viewer, [customer_id], article, today)
    return Status(201, claim_one(request.viewer, pk, article, by=request.user))
