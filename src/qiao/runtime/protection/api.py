"""Protected fields in the API: what there is, one opened, who opened which."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema

from qiao.runtime.i18n import say
from qiao.runtime.requests import Request, address_of

from . import actions, list_protected, queries

router = Router()
MOST = 500


class ProtectedOut(Schema):
    """A protected field and how far the caller sees it: hidden, masked, on_request or open."""

    code: str
    label: str
    sight: str


class OpenedOut(Schema):
    """The plain value."""

    value: str


class FieldReadOut(Schema):
    """A masked value that was opened."""

    at: datetime
    username: str
    field: str
    holder_id: int
    kind: str
    record_id: int

    @staticmethod
    def resolve_username(row: Any) -> str:
        return str(row.user.get_username())


@router.get("/fields", response=list[ProtectedOut], summary="Protected fields and how far one sees them")
def list_fields(request: Request) -> Any:
    sight = request.viewer.sight
    return [{"code": f.code, "label": say(f.label), "sight": sight(f.code).code} for f in list_protected()]


@router.post("/fields/{code}/{int:pk}/open", response=OpenedOut, summary="Open one masked value; it is noted")
def open_value(request: Request, code: str, pk: int) -> Any:
    value = actions.open_value(
        viewer=request.viewer, code=code, pk=pk, by=request.user, address=address_of(request)
    )
    return {"value": value}


@router.get("/reads", response=list[FieldReadOut], summary="Masked values that were opened, newest first")
def list_reads(request: Request, limit: Annotated[int, Query(ge=1, le=MOST)] = 200) -> Any:
    request.viewer.check("audit.view")
    return queries.list_reads().select_related("user").order_by("-at", "-pk")[:limit]
