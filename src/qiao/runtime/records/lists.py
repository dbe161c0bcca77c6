"""What lists of records show of what hangs on them: a column, a filter, an action on many."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.kernel.errors import N_, RuleBroken

from .. import figures
from ..contributions import next_activities
from ..i18n import pick
from ..listing import Bulk, Column, Edit, Filter, Listing
from ..listing.state import cookie_name
from . import access, actions, queries
from .showing import shown_value
from .typed_values import LONGEST_TEXT, OwnField, typed


def tag_column(kind: str) -> Column:
    """The tags of each row, changed in place or many at once; the rows come through :func:`with_marks`."""
    edit = Edit(
        gather=lambda pks: queries.tag_ids(kind, pks),
        write=lambda *, values, by, reason: actions.put_tags(kind=kind, values=values, by=by),
        refuse=lambda viewer, pks: {},  # whoever sees a record and may write marks it
        right=access.WRITE,
        kind="tags",
        choices=lambda request: list(queries.tags_of_kind(kind).values_list("pk", "name")),
    )
    return Column("tags", _("Tags"), "tag_names", sort="", shown=False, phone="line", edit=edit)


def next_column(kind: str) -> Column:
    """What is to be done next about each row, asked for the rows of a page at once."""
    return Column(
        "next", _("Next activity"), _next_words, needs=(), sort="", shown=False, phone="line",
        gather=lambda viewer, pks: next_activities(viewer, kind, pks),
    )  # fmt: skip


def _next_words(row: Any) -> str | None:
    found = row.get("next")
    return f"{figures.instant(found.at)} {found.title}" if found else None


def tag_filter(kind: str) -> Filter:
    """Rows that bear a tag."""
    return Filter(
        "tag", _("Tag"), apply=queries.tagged_with, convert=int,
        choices=lambda request: list(queries.tags_of_kind(kind).values_list("pk", "name")),
    )  # fmt: skip


def tag_action(kind: str) -> Bulk:
    """Tags put on picked rows, or taken off."""
    return Bulk(_("Tags"), "records:mark_many", access.WRITE, args=(kind,))


def with_marks(rows: Any, kind: str, viewer: Any) -> Any:
    """Rows with what :func:`tag_column` and the columns of custom fields read."""
    return queries.with_own_fields(queries.with_tag_names(rows, kind), kind, access.fields_seen(viewer, kind))


def with_fields(listing: Listing, kind: str, request: Any) -> Listing:
    """A list with a column for each custom field the viewer's role sees, and a filter where its type has one.

    A filter stands among the tools while its column is shown: with thirty fields the tools would hide the list.
    """
    fields = access.fields_seen(request.viewer, kind)
    chosen = set(request.GET.getlist("columns") or request.COOKIES.get(cookie_name(listing), "").split("."))
    filters = [replace(made, shown=one.name in chosen) for one in fields if (made := _filter(kind, one))]
    return replace(
        listing,
        columns=(
            *listing.columns,
            *(replace(_column(one), edit=_edit(kind, one, request.viewer)) for one in fields),
        ),
        filters=(*listing.filters, *filters),
    )


def check_address(request: Any, kind: str) -> None:
    """Refuse an address that filters by a custom field which is no longer there, instead of showing all.

    Raises:
        RuleBroken: Names the field.
    """
    known = {one.name: one for one in queries.own_fields(kind)}
    seen = {one.name for one in access.fields_seen(request.viewer, kind)}
    for name in request.GET:
        base = name.partition(".")[0]
        if base.startswith("own_") and base not in seen and request.GET[name]:
            ended = known.get(base)
            shown = (
                pick(ended.label_zh, ended.label_en) if ended and ended.ended else base.removeprefix("own_")
            )
            raise RuleBroken(
                N_("This list was filtered by the field “%(field_name)s”, which is no longer there. Open the list anew."),
                code="field_gone", field=base, field_name=shown,
            )  # fmt: skip


def _column(field: OwnField) -> Column:
    label = pick(field.label_zh, field.label_en)
    if field.type in ("number", "money", "date"):
        kind: Any = field.type
        return Column(
            field.name,
            label,
            lambda row: typed(field, row[field.name]),
            kind=kind,
            needs=(field.name,),
            shown=False,
            phone="line",
        )
    return Column(
        field.name,
        label,
        lambda row: shown_value(field, row[field.name]),
        needs=(field.name,),
        shown=False,
        phone="line",
    )


def _edit(kind: str, field: OwnField, viewer: Any) -> Edit | None:
    """How a custom field is filled in from a list; not offered to roles that do not fill it in."""
    if field.changed_by and viewer.profile not in field.changed_by:
        return None
    kinds: dict[str, Any] = {"choice": "choice", "yes_no": "yes_no", "text": "text", "date": "date"}
    return Edit(
        gather=lambda pks: queries.field_values(kind, field.code, pks),
        write=lambda *, values, by, reason: actions.put_one_field(
            kind=kind, field=field, values=values, by=by
        ),
        refuse=lambda viewer, pks: access.refused_fields(viewer, kind, field, pks),
        right=access.WRITE,
        kind=kinds.get(field.type, "number"),
        choices=lambda request: [(code, pick(zh, en)) for code, zh, en in field.choices],
        blank=not field.is_required,
        longest=LONGEST_TEXT,
        places=2 if field.type == "money" else 6,
    )


def _filter(kind: str, field: OwnField) -> Filter | None:
    label = pick(field.label_zh, field.label_en)
    if field.type == "choice":
        pairs = [(code, pick(zh, en)) for code, zh, en in field.choices]
        return Filter(
            field.name, label, choices=lambda request: pairs,
            apply=lambda rows, value: queries.holding(rows, kind, field.code, value),
        )  # fmt: skip
    if field.type == "yes_no":
        return Filter(
            field.name,
            label,
            kind="yes_no",
            apply=lambda rows, value: queries.holding(rows, kind, field.code, value),
        )
    if field.type == "text":
        return None
    return Filter(
        field.name, label, kind="dates" if field.type == "date" else "range",
        apply=lambda rows, span: queries.between(rows, kind, field, *span),
    )  # fmt: skip
