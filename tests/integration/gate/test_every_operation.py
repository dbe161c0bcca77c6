"""Every operation of the API × who may nothing: a new one is refused to strangers, or says here why it is everybody's."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiao.config.api import api
from qiao.runtime import clock

pytestmark = pytest.mark.django_db
DESCRIPTION: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in sorted(DESCRIPTION["paths"].items())
    for method, operation in methods.items()
]


def example(schema: dict[str, Any], name: str = "") -> Any:
    """A value that fits a schema: an operation that checks its body first must come to the question who asks."""
    if "$ref" in schema:
        return example(DESCRIPTION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], name)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example(next(one for one in schema[several] if one.get("type") != "null"), name)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {key: example(properties[key], key) for key in schema.get("required", [])}
    if kind == "array":
        return [example(schema.get("items", {}), name) for _ in range(schema.get("minItems", 0) or 1)]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1, 1)
    if kind == "boolean":
        return True
    if schema.get("format") == "date":
        return clock.today().isoformat()
    if schema.get("format") == "date-time":
        return clock.now().isoformat()
    if schema.get("format") == "time":
        return "08:30:00"
    return schema.get("examples", ["x" * max(1, schema.get("minLength", 1))])[0]


def send(client: Client, method: str, path: str, operation: dict[str, Any], ids: dict[str, Any]) -> Any:
    query = {}
    for parameter in operation.get("parameters", []):
        name, schema = parameter["name"], parameter["schema"]
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", str(ids.get(name, example(schema, name))))
        elif parameter.get("required"):
            query[name] = example(schema, name)
    content = operation.get("requestBody", {}).get("content", {})
    address = path + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
    if any(kind.startswith("multipart") for kind in content):
        fields = next(iter(content.values()))["schema"].get("properties", {})
        file = SimpleUploadedFile("a.csv", b"a,b\n1,2\n")
        sent = {
            name: file if "binary" in str(field) else example(field, name) for name, field in fields.items()
        }
        return client.post(address, sent)
    body = example(next(iter(content.values()))["schema"]) if content else None
    return client.generic(
        method, address, "" if body is None else json.dumps(body), content_type="application/json"
    )


@pytest.fixture
def ids(cast):
    """Rows that are there, so that a refusal is one of the person and not of the number."""
    return {
        "customer_id": cast.customers["ours"].pk, "person_id": cast.people["manager"].pk, "unit_id": cast.units["jia"].pk,
        "directory": "wecom", "kind": "customer", "pk": cast.customers["ours"].pk,
    }  # fmt: skip


# Everybody with a log-in has these; each shows or changes what is his own only, or says nothing of anybody.
EVERYBODYS = frozenset(
    {
        "GET /imports",  # kinds he may import
        "GET /inbox/approvals",
        "GET /inbox/delegations",
        "POST /inbox/access",  # whoever lacks a right may ask for it
        "POST /inbox/delegations",
        "GET /inbox/lines",
        "GET /inbox/lines/counts",
        "POST /inbox/lines/put-away",
        "POST /inbox/lines/{line_id}/snooze",  # of another: 404, tests/integration/test_every_url.py
        "GET /inbox/notices",
        "GET /inbox/tasks",
        "GET /inbox/telling",
        "PUT /inbox/telling",
        "DELETE /inbox/telling/addresses/{address_id}",
        "POST /inbox/telling/browsers",
        "GET /jobs",  # his own without the right
        "GET /lists",
        "POST /lists",
        "GET /lists/changes",  # his own
        "GET /lists/exports",  # his own
        "GET /org/absences",
        "GET /org/calendar",
        "GET /org/me",
        "GET /org/my-post",
        "GET /protected/fields",  # how far he sees each
        "GET /records/places",  # his favourites and what he looked at
        "GET /records/{kind}/tags",  # the words, no record
        "GET /reports/bulletins",  # those told to him
        "GET /search",  # in scope: nothing for who may nothing
        "GET /sessions",
        "GET /sessions/factors",
    }
)


def test_without_a_log_in_no_operation_answers(cast, ids):
    client, wrong = Client(), []
    for method, path, operation in OPERATIONS:
        answer = send(client, method, path, operation, ids)
        if answer.status_code != 401:
            wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_who_may_nothing_gets_nothing(cast, ids, log_in):
    client, wrong = log_in("outsider"), []
    for method, path, operation in OPERATIONS:
        if f"{method} {path.removeprefix('/api/v1')}" in EVERYBODYS:
            continue
        answer = send(client, method, path, operation, ids)
        if answer.status_code not in (403, 404):
            wrong.append(
                f"{method} {path.removeprefix('/api/v1')}: {answer.status_code} {answer.content[:80] if not answer.streaming else ''!r}"
            )
    assert not wrong, "\n" + "\n".join(wrong)
