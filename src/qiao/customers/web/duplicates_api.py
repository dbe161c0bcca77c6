"""Duplicates and merges of customers in the API."""

from decimal import Decimal
from typing import Any, Literal

from ninja import Router, Status

from qiao.customers import access, actions, queries
from qiao.customers.core.merging import differing, suggest_fields
from qiao.runtime.paging import cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id

from . import duplicates_schemas as s
from .duplicates import alike_on_entry

router = Router()


@router.post(
    "/look-alikes", response=list[s.LookAlikeOut], summary="Customers that look like one to be entered"
)
def look_alikes(request: Request, body: s.LookAlikesIn) -> Any:
    request.viewer.check("customers.edit")
    return alike_on_entry(request, body.dict())


@router.get("/duplicates", response=s.PairPage, summary="Suspected pairs in reach")
def list_pairs(
    request: Request, state: Literal["open", "different"] = "open", cursor: str | None = None, limit: int = 50
) -> Any:
    request.viewer.check("customers.view")
    page = cut_page(
        access.visible_pairs(request.viewer).filter(state=state), order="id", cursor=cursor, limit=limit
    )
    return {**page, "items": [_pair(request.viewer, pair) for pair in page["items"]]}


def _pair(viewer: Any, pair: Any) -> dict[str, Any]:
    sides: dict[str, Any] = {}
    for name in ("first", "second"):
        seen = access.show_masked(viewer, getattr(pair, name), access.NO_LIKENESS)
        sides |= {f"{name}_id": seen.pk, f"{name}_name": seen.name}
    reasons = [(code, Decimal(points)) for code, points in pair.reasons]
    return {
        "id": pair.pk, "points": pair.points, "reasons": reasons, "state": pair.state, "reason": pair.reason, **sides,
    }  # fmt: skip


@router.post(
    "/duplicates/search", response={202: s.JobStarted}, summary="Look for duplicates in the whole register"
)
def search(request: Request) -> Any:
    request.viewer.check(access.MERGE)
    return Status(202, {"job_id": actions.start_search(by=request.user).pk})


@router.post("/duplicates/{int:pair_id}/different", response={204: None}, summary="Call a pair two customers")
def different(request: Request, pair_id: Id, body: s.ReasonIn) -> Any:
    pair = access.get_decidable_pair(request.viewer, pair_id)
    actions.call_different(pair_id=pair.pk, reason=body.reason, by=request.user)
    return Status(204, None)


@router.post("/duplicates/{int:pair_id}/again", response={204: None}, summary="Look at a pair again")
def again(request: Request, pair_id: Id) -> Any:
    pair = access.get_decidable_pair(request.viewer, pair_id)
    actions.look_at_again(pair_id=pair.pk, by=request.user)
    return Status(204, None)


@router.get(
    "/{int:customer_id}/merges/preview",
    response=s.MergePreview,
    summary="What merging another file would move",
)
def preview(request: Request, customer_id: Id, merged_id: Id) -> Any:
    survivor, merged = access.get_two_to_merge(request.viewer, customer_id, merged_id)
    kept, theirs = queries.fields_of(survivor), queries.fields_of(merged)
    return {
        "moving": actions.count_moving(merged.pk),
        "differing": differing(kept, theirs),
        "suggested": suggest_fields(kept, theirs),
    }


@router.get("/{int:customer_id}/merges", response=list[s.MergeOut], summary="Files merged into a customer")
def list_merges(request: Request, customer_id: Id) -> Any:
    request.viewer.check("customers.view")
    return queries.list_merges(access.get_visible(request.viewer, customer_id).pk)


@router.post(
    "/{int:customer_id}/merges", response={201: s.MergeOut}, summary="Merge another file into a customer"
)
def merge(request: Request, customer_id: Id, body: s.MergeIn) -> Any:
    access.get_two_to_merge(request.viewer, customer_id, body.merged_id)
    done = actions.merge(
        survivor_id=customer_id, merged_id=body.merged_id, take=body.take, reason=body.reason, by=request.user
    )
    return Status(201, done)


@router.post(
    "/{int:customer_id}/merges/{int:merge_id}/undo", response=s.MergeOut, summary="Take a merge back"
)
def unmerge(request: Request, customer_id: Id, merge_id: Id) -> Any:
    access.get_changeable(request.viewer, customer_id, access.MERGE)
    return actions.unmerge(merge_id=queries.get_merge(customer_id, merge_id).pk, by=request.user)
