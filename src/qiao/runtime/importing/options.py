"""How a file is to be read: which heading is which column, by which key rows are matched, what may be written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from qiao.kernel.errors import N_, BadInput, Problem, RuleBroken
from qiao.runtime.i18n import say
from qiao.runtime.tables import Table

from .fields import Cells, Field, plain_heading
from .kinds import ImportKind, Plan, fields_of, keys_of

MODES = {
    "both": N_("New ones are created, known ones updated"),
    "create": N_("Only create new ones"),
    "update": N_("Only update known ones"),
}
EMPTY = {
    "leave": N_("An empty cell leaves what stands there"),
    "clear": N_("An empty cell takes away what stands there"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What the person chose.

    Attributes:
        columns: Heading → code of the field; empty for a column that is left out. Headings not named are matched by
            their names, and one nobody knows refuses the file.
        key: Code of the field rows are matched by.
        mode: both, create or update.
        empty: leave or clear.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    mode: str = "both"
    empty: str = "leave"

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return {**asdict(self), "columns": dict(self.columns)}


def read_options(kind: ImportKind, given: Mapping[str, Any], viewer: Any) -> Options:
    """Options as kept or sent, checked against the kind and the columns the viewer has.

    Raises:
        RuleBroken: One of them is none of the kind's.
    """
    options = Options(
        columns={str(k): str(v) for k, v in (given.get("columns") or {}).items()},
        key=str(given.get("key") or kind.key),
        mode=str(given.get("mode") or "both"),
        empty=str(given.get("empty") or "leave"),
    )
    if options.key not in {kind.key, *(key.code for key in keys_of(kind, viewer))}:
        raise RuleBroken(N_("Rows cannot be matched by this column."), code="bad_key", field="key")
    if options.mode not in MODES or options.empty not in EMPTY:
        raise RuleBroken(N_("Choose what is written."), code="bad_mode", field="mode")
    if options.empty == "clear" and not kind.partial:
        raise RuleBroken(N_("Empty cells cannot take anything away here."), code="bad_empty", field="empty")
    return options


def check_columns(options: Options, fields: Sequence[Field]) -> None:
    """Refuse two headings for one field, and a field nobody knows.

    Raises:
        RuleBroken: One of these.
    """
    codes = {one.code: one for one in fields}
    seen: dict[str, str] = {}
    for heading, code in options.columns.items():
        if not code:
            continue
        if code not in codes:
            raise RuleBroken(
                N_("The column “%(column)s” is not known here; rename or remove it."), code="unknown_column", column=code[:40]
            )  # fmt: skip
        if code in seen:
            raise RuleBroken(
                N_("The columns “%(first)s” and “%(second)s” mean the same."), code="column_twice",
                first=seen[code][:60], second=heading[:60],
            )  # fmt: skip
        seen[code] = heading


def suggest(table: Table, fields: Sequence[Field], remembered: Mapping[str, str]) -> dict[str, str]:
    """Which field each heading most likely is: as last time, by its name, or by a name that begins alike."""
    known = {plain_heading(h): f.code for f in fields for h in names_of(f)}
    found: dict[str, str] = {}
    for heading in table.headers:
        plain = plain_heading(heading)
        code = known.get(plain) or remembered.get(heading) or _alike(plain, known)
        found[heading] = code if code and code not in found.values() else ""
    return found


def _alike(plain: str, known: Mapping[str, str]) -> str:
    alike = {code for name, code in known.items() if len(plain) > 1 and (plain in name or name in plain)}
    return alike.pop() if len(alike) == 1 else ""


def names_of(one: Field) -> tuple[str, ...]:
    """Headings a field answers to."""
    return (one.code, one.label, say(one.label), *one.headings)


def resolve_keys(kind: ImportKind, options: Options, rows: Sequence[Cells], viewer: Any) -> None:
    """Put the kind's own key into every row that another key names; what is ambiguous is said of the row."""
    matching = next((key for key in keys_of(kind, viewer) if key.code == options.key), None)
    if matching is None or options.key == kind.key:
        return
    wanted = {text for cells in rows if (text := cells.values.get(options.key, ""))}
    found = matching.find(viewer, sorted(wanted))
    for cells in rows:
        text = cells.values.get(options.key, "")
        codes = sorted(set(found.get(text, ()))) if text else []
        own = cells.values.get(kind.key, "")
        if not text and not own:
            cells.complain(options.key, N_("This cell must be filled: rows are matched by it."), "required")
        elif len(codes) > 1:
            cells.complain(
                options.key, N_("“%(value)s” fits %(count)s records: %(codes)s. Match by another column."), "ambiguous",
                value=text[:40], count=len(codes), codes=", ".join(codes[:5]),
            )  # fmt: skip
        elif codes and own and own != codes[0]:
            cells.complain(
                kind.key, N_("This row names two records: %(own)s and %(found)s."), "two_records", own=own[:40], found=codes[0]
            )  # fmt: skip
        elif codes:
            cells.values[kind.key] = codes[0]
        elif not own and kind.refers:
            cells.complain(
                options.key, N_("“%(value)s” is not there, or outside your scope."), "unknown_reference", value=text[:80]
            )  # fmt: skip
            cells.unnamed = kind.key


def keep_to_mode(plan: Plan, options: Options, rows: Sequence[Cells], kind: ImportKind) -> Plan:
    """Refuse what the mode does not write, each row with the reason."""
    if options.mode == "both":
        return plan
    by_number = {cells.number: cells for cells in rows}
    kept = []
    for planned in plan.rows:
        is_new = planned.action == "create"
        if is_new == (options.mode == "create"):
            kept.append(planned)
            continue
        cells = by_number[planned.number]
        if is_new:
            cells.complain(
                options.key, N_("There is none to update; this import creates nothing."), "not_there"
            )
        else:
            cells.complain(
                options.key, N_("This one is there already; this import updates nothing."), "is_there"
            )
        plan.refused.append(cells)
    plan.rows = kept
    return plan


def check_needed(
    kind: ImportKind, options: Options, table: Table, found: Mapping[str, str], viewer: Any
) -> None:
    """Refuse a file that lacks a column the mode needs.

    Raises:
        BadInput: Names each.
    """
    needs_all = options.mode != "update" or not kind.partial
    missing = [
        one
        for one in fields_of(kind, viewer)
        if one.code not in found and ((one.required and needs_all) or one.code == options.key)
    ]
    if options.key != kind.key and (options.mode == "update" or kind.refers):
        missing = [one for one in missing if one.code != kind.key]
    if missing:
        place = table.place(table.header_row)
        message = N_("The column “%(column)s” is missing.")
        raise BadInput(
            [Problem(message, place, {"column": say(one.label)}, "missing_column") for one in missing]
        )
