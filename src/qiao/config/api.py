"""The API's root: /api/v1/, described at /api/v1/docs, refusals as problem+json."""

from typing import Any

import pghistory
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from qiao import __version__
from qiao.customers.web.api import router as customers
from qiao.kernel.errors import BadInput, NotAllowed, NotFound, RuleBroken
from qiao.ledger.web.api import router as ledger
from qiao.org.access import get_viewer, viewer_of
from qiao.org.web.api import router as org
from qiao.rating.web.api import router as rating
from qiao.reports.web.api import router as reports
from qiao.rulebook.web.api import router as rulebook
from qiao.runtime.audit.api import router as audit
from qiao.runtime.editing.api import router as list_edits
from qiao.runtime.exports.api import router as own_exports
from qiao.runtime.finder_api import router as search
from qiao.runtime.guard import limits
from qiao.runtime.guard.actions import KeyTaken
from qiao.runtime.guard.programs import Answered, admit
from qiao.runtime.importing.api import router as imports
from qiao.runtime.jobs.api import router as jobs
from qiao.runtime.login.api import router as session_routes
from qiao.runtime.login.factors import has_shown
from qiao.runtime.protection.api import router as protection_routes
from qiao.runtime.records.api import router as records
from qiao.runtime.refusals import answer, problem_json
from qiao.runtime.requests import TooMany
from qiao.runtime.saved.api import router as saved_routes
from qiao.runtime.tokens import actions as tokens
from qiao.runtime.tokens.api import router as token_routes
from qiao.work.web.api import router as work


class TokenAuth(HttpBearer):
    """``Authorization: Bearer qiao_…``: the token's user, limited to the rights it names."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = tokens.use(token)
        if found is None:
            limits.check(request, "api", None)
            return None
        request.user = found.user
        request._viewer = viewer_of(found.user).limited_to(found.rights)  # type: ignore[attr-defined]
        pghistory.context(user=found.user_id, token=found.pk)
        admit(request, found.user, f"token:{found.pk}")
        return found.user


class BrowserAuth(SessionAuth):
    """The session of a browser, protected against forged requests like every page, and as complete as pages ask."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user is not None and get_viewer(request).needs_second_factor and not has_shown(request):
            raise HttpError(403, "Your post asks for a second factor: show it in the browser first.")
        if user is not None:
            admit(request, user, "browser")
        return user


class Problem(Schema):
    """A refusal (RFC 9457). ``code`` is stable; ``field`` names what is wrong where one field is."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    right: str | None = None
    problems: list[dict[str, Any]] | None = None


class DescribedAPI(NinjaAPI):
    """The API with its refusals in its description, the same for every operation."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
        refused = {"description": "Refused", "content": {"application/problem+json": reference}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["4XX"] = refused
        return schema


api = DescribedAPI(
    title="Qiao",
    version=__version__,
    urls_namespace="api",
    description=(
        "All that the pages do. Lists are in scope of the token's user, cursor-paged; refusals are problem+json. A request "
        "that changes something may carry an Idempotency-Key: sent again within 24 hours it gets the same answer and does "
        "nothing twice; with another body it is refused (422), while the first is under way too (409)."
    ),
    auth=[TokenAuth(), BrowserAuth()],
    docs_decorator=None,
)
api.add_router("/org", org, tags=["org"])
api.add_router("/inbox", work, tags=["inbox"])
api.add_router("/rulebook", rulebook, tags=["rulebook"])
api.add_router("/customers", customers, tags=["customers"])
api.add_router("/ledger", ledger, tags=["ledger"])
api.add_router("/rating", rating, tags=["rating"])
api.add_router("/reports", reports, tags=["reports"])
api.add_router("/imports", imports, tags=["imports"])
api.add_router("/jobs", jobs, tags=["jobs"])
api.add_router("/lists", saved_routes, tags=["lists"])
api.add_router("/lists", list_edits, tags=["lists"])
api.add_router("/lists", own_exports, tags=["lists"])
api.add_router("/sessions", session_routes, tags=["sessions"])
api.add_router("/tokens", token_routes, tags=["tokens"])
api.add_router("/audit", audit, tags=["audit"])
api.add_router("/records", records, tags=["records"])
api.add_router("/search", search, tags=["search"])
api.add_router("/protected", protection_routes, tags=["protected fields"])


@api.exception_handler(RuleBroken)
@api.exception_handler(BadInput)
@api.exception_handler(NotAllowed)
@api.exception_handler(NotFound)
@api.exception_handler(TooMany)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    response = answer(request, error)
    assert response is not None
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = [
        {"field": ".".join(str(p) for p in e["loc"]), "message": e["msg"], "code": e["type"]}
        for e in error.errors
    ]
    return problem_json(422, "invalid", "The request does not fit its description.", problems=problems)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem_json(401, "not_authenticated", "Send a token as Authorization: Bearer, or log in.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Answered)
def answered(request: HttpRequest, error: Answered) -> HttpResponse:
    return error.response


@api.exception_handler(KeyTaken)
def key_taken(request: HttpRequest, error: KeyTaken) -> HttpResponse:
    return problem_json(error.status, error.code, str(error))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_json(error.status_code, "refused", str(error))
