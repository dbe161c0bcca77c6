"""Operations of the API."""

from typing import Any

from .markdown import code, page, table


def operations() -> str:
    """Every operation by group, with what it takes."""
    from qiao.config.api import api

    description: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    groups: dict[str, list[list[str]]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            row = [
                code(f"{method.upper()} {path}"),
                operation["summary"],
                _parameters(operation),
                _body(operation),
                _answers(operation),
            ]
            groups.setdefault(operation["tags"][0], []).append(row)
    blocks = [
        "Below `/api/v1`, described for machines at `/api/v1/openapi.json` and for people at `/api/v1/docs`. Send "
        "`Authorization: Bearer qiao_…` with a token from your own page; a token acts as its owner, within the rights it "
        "names and the owner still holds. Lists that grow are cursor-paged: `limit` and `cursor`, the answer's `next` is the "
        "cursor of the page after it. Refusals are `application/problem+json` with `code`, `detail` and, where there is one, `field`.",
    ]
    for tag in sorted(groups):
        blocks += [
            f"## {tag}",
            table(["operation", "what it does", "parameters", "body", "answer"], groups[tag]),
        ]
    return page("Programming interface", *blocks)


def _parameters(operation: dict[str, Any]) -> str:
    return ", ".join(code(p["name"]) for p in operation.get("parameters", []) if p["in"] == "query")


def _body(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return ", ".join(_name(kind, body["schema"]) for kind, body in content.items())


def _name(kind: str, schema: dict[str, Any]) -> str:
    found = (
        str(schema.get("$ref", "")).rsplit("/", 1)[-1]
        or str(schema.get("items", {}).get("$ref", "")).rsplit("/", 1)[-1]
    )
    return code(found) if found else "file" if kind.startswith("multipart") else "JSON"


def _answers(operation: dict[str, Any]) -> str:
    said = []
    for status, answer in operation["responses"].items():
        if not str(status).startswith("2"):
            continue
        content = answer.get("content", {}).get("application/json", {})
        schema = content.get("schema", {})
        many = "list of " if schema.get("type") == "array" else ""
        said.append(f"{status} {many}{_name('', schema) if schema.get('$ref') or many else ''}".strip())
    return ", ".join(said)
