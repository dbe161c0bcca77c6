"""The API against its own description: whatever is sent, it answers as described and never breaks."""

import contextlib
import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ninja import Schema

from qiao.config.api import api
from qiao.rulebook.actions import install_pack

pytestmark = pytest.mark.django_db
EXAMPLES = 6
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
DESCRIPTION: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
TAGS = sorted(
    {
        tag
        for path in DESCRIPTION["paths"].values()
        for operation in path.values()
        for tag in operation["tags"]
    }
)


class _Undo(Exception):
    pass


@pytest.fixture
def ids(cast):
    """Numbers of records that are there, so that not every path leads nowhere."""
    install_pack(name="telecom", by=None)
    return [1, *(row.pk for rows in (cast.units, cast.people, cast.customers) for row in rows.values())]


def operations_of(tag: str) -> list[Any]:
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    return [found.ok() for found in schema.get_all_operations() if tag in found.ok().definition.raw["tags"]]


@pytest.mark.parametrize("tag", TAGS)
def test_whatever_is_sent_the_answer_is_as_described(tag, log_in, ids):
    client = log_in("administrator")
    client.raise_request_exception = False
    wrong: list[str] = []

    for operation in operations_of(tag):
        _try(operation, client, ids, wrong)
    assert wrong == []


def _try(operation: Any, client: Any, ids: list[int], wrong: list[str]) -> None:
    @SETTINGS
    @given(case=operation.as_strategy(), known=st.sampled_from(ids))
    def send(case: Any, known: int) -> None:
        with contextlib.suppress(_Undo), transaction.atomic():
            answer = _send(client, case, known)
            if fault := _fault(operation, answer):
                wrong.append(f"{case.method} {case.path} {case.query} {case.body!r}: {fault}"[:600])
            raise _Undo

    send()


def test_no_two_schemas_share_a_name():
    """Two of one name are one in the description, and one of them is wrong."""
    known: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for found in waiting.pop().__subclasses__():
            waiting.append(found)
            if found.__module__.startswith("qiao."):
                known.setdefault(found.__name__, set()).add(found.__module__)
    assert {name: places for name, places in known.items() if len(places) > 1} == {}


def _send(client: Any, case: Any, known: int) -> Any:
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", str(known if name.endswith("_id") else _plain(value)))
    body = _with_known(case.body, known) if isinstance(case.body, dict | list) else {}
    if case.media_type == "multipart/form-data":
        parts = {
            k: SimpleUploadedFile("x.csv", _bytes(v)) if k == "file" else str(v)
            for k, v in dict(case.body).items()
        }
        return client.post(path, parts)
    query = {name: value for name, value in (case.query or {}).items() if value is not None}
    return client.generic(
        case.method, path, _json(body), content_type=case.media_type or "application/json", query_params=query
    )


def _bytes(value: Any) -> bytes:
    return bytes(getattr(value, "data", None) or str(value).encode())


def _plain(value: Any) -> str:
    return "".join(c for c in str(value) if c.isalnum() and c.isascii()) or "x"


def _with_known(body: Any, known: int) -> Any:
    """Half of the references in a body lead somewhere."""
    if isinstance(body, dict):
        return {
            k: known if k.endswith("_id") and v is not None else _with_known(v, known)
            for k, v in body.items()
        }
    return body


def _json(body: Any) -> str:
    return json.dumps(body, default=str)


def _fault(operation: Any, answer: Any) -> str:
    """What is wrong with an answer, or nothing."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {getattr(answer, 'exc_info', '')}"
    if answer.status_code >= 400:
        kind = answer.get("Content-Type", "")
        if kind == "application/problem+json":
            return _misfit(operation.definition.raw["responses"]["4XX"]["content"][kind]["schema"], answer)
        return "" if answer.status_code == 405 else f"{answer.status_code} as {kind}"
    described = operation.definition.raw["responses"].get(str(answer.status_code))
    if described is None:
        return f"{answer.status_code} is not described"
    content = described.get("content", {}).get("application/json")
    if not content or "json" not in answer.get("Content-Type", ""):
        return ""
    return _misfit(content["schema"], answer)


def _misfit(described: dict[str, Any], answer: Any) -> str:
    schema = {**described, "components": DESCRIPTION["components"]}
    found = jsonschema_rs.Draft202012Validator(schema).iter_errors(answer.json())
    return "; ".join(str(error.message)[:200] for error in list(found)[:3])
