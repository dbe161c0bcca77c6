"""The data dictionary: tables of the database with their columns."""

from typing import Any

from django.apps import apps

from .markdown import both, code, page, table


def tables() -> str:
    """Every table of our own, by context; the tables the audit adds beside them are named, not listed."""
    blocks = [
        "Tables of the contexts. Each one marked *audited* has a table of the same name ending in `event`, which keeps "
        "every version of every row with who, when and from where. Facts lie in the lake, not here.",
    ]
    for config in sorted(apps.get_app_configs(), key=lambda config: str(config.label)):
        models = [m for m in config.get_models() if config.name.startswith("qiao.") and not _is_event(m)]
        if models:
            blocks.append(f"## {config.label}")
        for model in sorted(models, key=lambda m: str(m._meta.db_table)):
            blocks += [*_table(model)]
    return page("Data dictionary", *blocks)


def _is_event(model: Any) -> bool:
    return hasattr(model, "pgh_tracked_model")


def _table(model: Any) -> list[str]:
    audited = " *audited*" if getattr(model, "pgh_event_model", None) else ""
    about = (model.__doc__ or "").strip().split("\n\n")[0]
    rows = [
        [code(f.column), _type(f), "" if not f.null else "yes", _name(f), f.help_text]
        for f in model._meta.concrete_fields
    ]
    constraints = sorted(constraint.name for constraint in model._meta.constraints)
    return [
        f"### `{model._meta.db_table}`{audited}",
        " ".join(about.split()),
        table(["column", "type", "may be empty", "name", "note"], rows),
        f"Constraints: {', '.join(map(code, constraints))}." if constraints else "",
    ]


def _type(field: Any) -> str:
    if field.remote_field:
        return f"→ {code(field.remote_field.model._meta.db_table)}"
    kind = field.get_internal_type().removesuffix("Field")
    size = getattr(field, "max_length", None)
    digits = getattr(field, "max_digits", None)
    return f"{kind}({size})" if size else f"{kind}({digits},{field.decimal_places})" if digits else kind


def _name(field: Any) -> str:
    name = str(field.verbose_name)
    return "" if name.lower().replace(" ", "_") in {field.name, "id"} and name.islower() else both(name)
