"""A whole import taken back: what the audit noted under its context is put back to what stood there before.

Set by set in the database, so that 100,000 rows are a matter of seconds. A record is left alone and named when anything
the import wrote on it was changed since, or when a new one is in use by now. The undo is itself audited.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from qiao.kernel.errors import N_
from qiao.runtime.contributions import RecordUse, list_registered
from qiao.runtime.i18n import say
from qiao.runtime.jobs import JobHandle

NAMED = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A tracked table an import writes. ``owner``: its column that names the record; ``only``: condition on its rows."""

    model: type[Model]
    owner: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """How imports of a kind are taken back.

    Attributes:
        kind: What others call these records; every :class:`RecordUse` of it is asked.
        tables: What they write, the records themselves first, what hangs on them after.
        name: How a record ``m`` is named, in SQL.
        derived: Tables with rows that follow the record by themselves, with the column that names it: removed with it.
        after: ids of records put back → None: what is derived from them is brought in line.
    """

    kind: str
    tables: tuple[Written, ...]
    name: str
    derived: tuple[tuple[type[Model], str], ...] = ()
    after: Callable[[Sequence[int]], None] | None = None


@dataclass(slots=True)
class TakenBack:
    """What an undo did: new records removed, records left alone with the reason."""

    removed: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    kept_count: int = 0


def take_back(plan: UndoPlan, context: str, job: JobHandle, *, since: datetime) -> TakenBack:
    """Put back what an import wrote, inside the caller's transaction.

    Args:
        plan: Of the kind.
        context: The audit's context of the import.
        job: Told how far it is.
        since: When the import was written.
    """
    steps = 4 + len(plan.tables)
    result = TakenBack()
    with connection.cursor() as cursor:
        _gather(cursor, plan, context)
        job.progress(1, steps, say(N_("Looking for what changed since")))
        _keep_changed(cursor, plan)
        _keep_used(cursor, plan, since)
        _keep_referred(cursor, plan)
        job.progress(2, steps, say(N_("Taking back")))
        _remove(cursor, plan, result)
        for place, table in enumerate(plan.tables):
            _restore(cursor, place, table)
            job.progress(3 + place, steps, say(N_("Taking back")))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT DISTINCT owner FROM undone WHERE owner NOT IN (SELECT owner FROM undo_new)")
        restored = [row[0] for row in cursor.fetchall()]
        if plan.after and restored:
            plan.after(restored)
        _name_kept(cursor, plan, result)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DROP TABLE undo_rows, undo_new, undo_kept, undone")
    job.progress(steps, steps, say(N_("Taking back")))
    return result


def _table(model: Any) -> str:
    return str(model._meta.db_table)


def _events(model: Any) -> str:
    return str(model.pgh_event_model._meta.db_table)


def _columns(model: Any) -> list[str]:
    """Columns the audit holds of a table, besides its key."""
    fields = model.pgh_event_model._meta.concrete_fields
    return [f.column for f in fields if not f.name.startswith("pgh_") and f.name != "id"]


def _gather(cursor: Any, plan: UndoPlan, context: str) -> None:
    """What the import wrote: table, row, record, and the event before its first one."""
    cursor.execute(
        "CREATE TEMP TABLE undo_rows (place int, id bigint, owner bigint, first bigint, last bigint, was_new boolean,"
        " is_gone boolean) ON COMMIT DROP"
    )
    for place, table in enumerate(plan.tables):
        only = f"AND {table.only}" if table.only else ""
        owner = "pgh_obj_id" if table.owner == "id" else table.owner
        cursor.execute(
            f"""
            INSERT INTO undo_rows
            SELECT {place}, pgh_obj_id, min({owner}), min(pgh_id), max(pgh_id),
                (array_agg(pgh_label ORDER BY pgh_id))[1] = 'insert', (array_agg(pgh_label ORDER BY pgh_id DESC))[1] = 'delete'
            FROM {_events(table.model)} WHERE pgh_context_id = %s {only} GROUP BY pgh_obj_id
            """,
            [context],
        )
    cursor.execute(
        "CREATE INDEX ON undo_rows (place, id); CREATE INDEX ON undo_rows (owner); ANALYZE undo_rows"
    )
    cursor.execute(
        "CREATE TEMP TABLE undo_new ON COMMIT DROP AS SELECT owner FROM undo_rows WHERE place = 0 AND was_new"
    )
    cursor.execute("CREATE UNIQUE INDEX ON undo_new (owner); ANALYZE undo_new")
    cursor.execute("CREATE TEMP TABLE undo_kept (owner bigint PRIMARY KEY, reason text) ON COMMIT DROP")
    cursor.execute("CREATE TEMP TABLE undone (owner bigint) ON COMMIT DROP")


def _keep_changed(cursor: Any, plan: UndoPlan) -> None:
    """Records of which a row says something else by now than the import wrote; changed and changed back is no change."""
    for place, table in enumerate(plan.tables):
        events, columns = _events(table.model), _columns(table.model)
        written, now = (", ".join(f'{alias}."{column}"' for column in columns) for alias in ("w", "n"))
        cursor.execute(
            f"""
            INSERT INTO undo_kept
            SELECT DISTINCT r.owner, %s FROM undo_rows r JOIN {events} w ON w.pgh_id = r.last JOIN LATERAL (
                SELECT * FROM {events} e WHERE e.pgh_obj_id = r.id AND e.pgh_id > r.last ORDER BY e.pgh_id DESC LIMIT 1
            ) n ON TRUE
            WHERE r.place = {place} AND ((n.pgh_label = 'delete') <> r.is_gone
                OR NOT r.is_gone AND ({written}) IS DISTINCT FROM ({now})) ON CONFLICT DO NOTHING
            """,
            [N_("It was changed again since.")],
        )


def _keep_used(cursor: Any, plan: UndoPlan, since: datetime) -> None:
    """Records other contexts know of by now, as each of them says."""
    uses = [one for one in list_registered(RecordUse) if one.kind in ("", plan.kind)]
    for use in uses:
        among = "SELECT DISTINCT owner FROM undo_rows" if use.holds_changes else "SELECT owner FROM undo_new"
        cursor.execute(f"{among} EXCEPT SELECT owner FROM undo_kept")
        ids = [row[0] for row in cursor.fetchall()]
        found = sorted(use.find(plan.kind, ids, since)) if ids else []
        cursor.execute(
            "INSERT INTO undo_kept SELECT owner, %s FROM unnest(%s::bigint[]) AS f(owner) ON CONFLICT DO NOTHING",
            [use.reason, found],
        )


def _keep_referred(cursor: Any, plan: UndoPlan) -> None:
    """New records something refers to that stays: looked for until there is no more, for what is kept refers as well."""
    places = {table.model: place for place, table in enumerate(plan.tables)}
    head: Any = plan.tables[0].model
    relations = [
        (relation.related_model, relation.field.column)
        for relation in head._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one) and not relation.concrete
    ]
    derived = {model for model, _column in plan.derived}
    referring = [
        (model, column)
        for model, column in relations
        if model not in derived and not hasattr(model, "pgh_tracked_model")
    ]
    found = 1
    while found:
        found = 0
        cursor.execute("ANALYZE undo_kept")
        for model, column in referring:
            # What the import wrote goes, or is put back to a time when the new record was not there.
            besides = (
                f"AND NOT EXISTS (SELECT 1 FROM undo_rows r WHERE r.place = {places[model]} AND r.id = m.id AND {_FREE})"
                if model in places
                else ""
            )
            cursor.execute(
                f"INSERT INTO undo_kept SELECT DISTINCT n.owner, %s FROM undo_new n JOIN {_table(model)} m"
                f" ON m.{column} = n.owner WHERE NOT EXISTS (SELECT 1 FROM undo_kept k WHERE k.owner = n.owner)"
                f" {besides} ON CONFLICT DO NOTHING",
                [N_("Something else refers to it by now.")],
            )
            found += cursor.rowcount


_FREE = "NOT EXISTS (SELECT 1 FROM undo_kept k WHERE k.owner = r.owner)"


def _remove(cursor: Any, plan: UndoPlan, result: TakenBack) -> None:
    """Rows the import made, what hangs on records first."""
    for model, column in plan.derived:
        cursor.execute(
            f"DELETE FROM {_table(model)} m USING undo_new r WHERE m.{column} = r.owner AND {_FREE}"
        )
    for place, table in reversed(list(enumerate(plan.tables))):
        cursor.execute(
            f"WITH gone AS (DELETE FROM {_table(table.model)} m USING undo_rows r WHERE r.place = {place} AND r.was_new"
            f" AND m.id = r.id AND {_FREE} RETURNING r.owner) INSERT INTO undone SELECT owner FROM gone"
        )
        if place == 0:
            result.removed = int(cursor.rowcount)


def _restore(cursor: Any, place: int, table: Written) -> None:
    """Rows the import changed or removed: as the event before its first one holds them."""
    columns, events, name = _columns(table.model), _events(table.model), _table(table.model)
    listed = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"""
        CREATE TEMP TABLE undo_before ON COMMIT DROP AS
        SELECT r.id AS row_id, r.owner, r.is_gone, p.* FROM undo_rows r JOIN LATERAL (
            SELECT {listed} FROM {events} e WHERE e.pgh_obj_id = r.id AND e.pgh_id < r.first ORDER BY e.pgh_id DESC LIMIT 1
        ) p ON TRUE WHERE r.place = {place} AND NOT r.was_new AND {_FREE}
        """
    )
    cursor.execute(
        f"INSERT INTO {name} (id, {listed}) SELECT row_id, {listed} FROM undo_before WHERE is_gone"
    )
    sets = ", ".join(f'"{column}" = b."{column}"' for column in columns)
    cursor.execute(f"UPDATE {name} m SET {sets} FROM undo_before b WHERE m.id = b.row_id AND NOT b.is_gone")
    cursor.execute("INSERT INTO undone SELECT DISTINCT owner FROM undo_before; DROP TABLE undo_before")


def _name_kept(cursor: Any, plan: UndoPlan, result: TakenBack) -> None:
    head: Any = plan.tables[0].model
    cursor.execute("SELECT count(*) FROM undo_kept")
    result.kept_count = cursor.fetchone()[0]
    cursor.execute(
        f"SELECT coalesce({plan.name}, k.owner::text), k.reason FROM undo_kept k LEFT JOIN {_table(head)} m"
        f" ON m.id = k.owner ORDER BY 1 LIMIT {NAMED}"
    )
    result.kept = [(str(name), str(reason)) for name, reason in cursor.fetchall()]
