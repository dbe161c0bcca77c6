"""Read one file by one mapping: typed rows, every problem at its place, staged Parquet by month."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.kernel.period import Month
from qiao.ledger.core.facts import AMOUNT_COLUMN
from qiao.ledger.core.mapping import FeedMapping
from qiao.ledger.feeds.codes import Directory, NewCodes, look_up
from qiao.ledger.feeds.columns import Check, make_plan, native_types, text_of
from qiao.ledger.feeds.parsing import key_columns, keys_differ, parse_checked, parse_clean
from qiao.ledger.feeds.report import MonthTotal, ProblemCount, Report
from qiao.ledger.feeds.sources import Source, load_source
from qiao.ledger.lake import Bounds, connect, literal, one, quoted, read_files, rows, run
from qiao.runtime.tables import write_error_file

__all__ = ["Directory", "NewCodes", "Read", "read_feed"]
_EXAMPLES = 5
_MOST_UNKNOWN = 50
_MONTHS_FROM_VIEW = 36
_MOST_CENTS = 10**17  # of a month; years of such months still fit a sum of the database
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading leaves.

    Attributes:
        report: The dry run's answer.
        staged: Parquet by month, ready to be adopted.
        new: Products and categories to create with the commit.
        error_file: Refused rows with their problems, or None.
    """

    report: Report
    staged: dict[str, Path]
    new: NewCodes
    error_file: Path | None


@dataclass(frozen=True, slots=True)
class Order:
    """One reading asked for.

    Attributes:
        path: The upload.
        name: Its name, only shown.
        mapping: How to read it.
        batch: Number of the import, written into every row.
        folder: Staging folder; gets ``<month>.parquet`` and ``errors.csv`` or ``errors.xlsx``.
        last_day: No fact is later.
        live: Live files of the same feed, for keys imported before (feeds that append).
        known_months: Months the feed has already, to tell gaps.
        say: Turns a problem into the reader's language, for the error file.
        bounds: Memory and processors.
    """

    path: Path
    name: str
    mapping: FeedMapping
    batch: int
    folder: Path
    last_day: date
    live: Sequence[Path] = ()
    known_months: Sequence[str] = ()
    say: Callable[[Problem], str] = str
    bounds: Bounds | None = None


def _quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""


def read_feed(order: Order, known: Directory, progress: Progress = _quiet) -> Read:
    """Read, check and stage a file; nothing of it shows until its months are named in the manifest.

    Args:
        order: What to read and how.
        known: Codes of the house.
        progress: Called as (steps done, steps, what); may raise to stop.

    Raises:
        BadInput: The file as a whole cannot be read; single bad rows are reported, not raised.
    """
    con = connect(order.bounds, spill=order.folder)
    try:
        progress(0, 5, "open")
        source = _load(con, order, native_types(order.mapping))
        progress(1, 5, "codes")
        new = look_up(con, order.mapping, source, known)
        progress(2, 5, "check")
        if not source.rows:
            message = N_("The file holds a heading row but no data.")
            place = Place(file=source.name, sheet=source.sheet)
            raise BadInput([Problem(message, place, code="no_rows")])
        source, checks = _parse(con, order, source)
        report = _report(con, order, source, checks, new)
        progress(3, 5, "errors")
        errors = _write_errors(con, order, source, checks) if report.rejected else None
        progress(4, 5, "write")
        staged = _stage(con, order, report)
        progress(5, 5, "done")
        return Read(report, staged, new, errors)
    finally:
        con.close()
        for scratch in ("utf8.csv", "exact.csv"):
            (order.folder / scratch).unlink(missing_ok=True)
        for spill in order.folder.glob("qiao-spill-*"):
            shutil.rmtree(spill, ignore_errors=True)


def _load(con: duckdb.DuckDBPyConnection, order: Order, natives: dict[str, str] | None = None) -> Source:
    return load_source(
        con,
        order.path,
        name=order.name,
        wanted=order.mapping.columns(),
        sheet=order.mapping.sheet,
        folder=order.folder,
        natives=natives,
    )


def _parse(con: duckdb.DuckDBPyConnection, order: Order, source: Source) -> tuple[Source, tuple[Check, ...]]:
    """Make ``typed``; returns the source as it was finally read, and the checks by bit."""
    plan = make_plan(order.mapping, source, last_day=order.last_day)
    if not order.live and parse_clean(con, order.mapping, source, plan):
        return source, plan.checks
    if source.texts != frozenset(order.mapping.columns()):
        source = _load(con, order)  # with every cell as its text, to show what is wrong
        plan = make_plan(order.mapping, source, last_day=order.last_day)
    parse_checked(con, order.mapping, source, plan)
    _mark_duplicates(con, order, plan.checks)
    return source, plan.checks


def _mark_duplicates(con: duckdb.DuckDBPyConnection, order: Order, checks: tuple[Check, ...]) -> None:
    """Flag later rows of a key within the file, and rows whose key is in the lake already."""
    bits = {check.code: 1 << bit for bit, check in enumerate(checks) if not check.condition}
    columns = key_columns(order.mapping)
    if not columns:
        return
    key = ", ".join(columns)
    if not keys_differ(con, "typed", columns):
        run(
            con,
            f"UPDATE typed SET flags = flags | {bits['duplicate']} FROM (SELECT n AS m, row_number() "
            f"OVER (PARTITION BY {key} ORDER BY n) AS place FROM typed WHERE flags = 0) d "
            "WHERE d.m = n AND d.place > 1",
        )
    if order.live:
        same = " AND ".join(f"typed.{c} IS NOT DISTINCT FROM live.{c}" for c in columns)
        run(
            con,
            f"UPDATE typed SET flags = flags | {bits['already_there']} FROM (SELECT DISTINCT {key} "
            f"FROM {read_files(order.live)}) live WHERE typed.flags = 0 AND {same}",
        )


def _report(
    con: duckdb.DuckDBPyConnection, order: Order, source: Source, checks: tuple[Check, ...], new: NewCodes
) -> Report:
    amount = AMOUNT_COLUMN[order.mapping.fact]
    counted = rows(
        con,
        f'SELECT year("on") * 12 + month("on") - 1, count(*), count(*) FILTER ({amount} < 0), '
        f"sum({amount})::HUGEINT, coalesce(sum({amount}) FILTER ({amount} < 0), 0)::HUGEINT "
        "FROM plain WHERE flags = 0 GROUP BY 1 ORDER BY 1",
    )
    _refuse_unkeepable(source, counted)
    months = [
        MonthTotal(str(Month(number // 12, number % 12 + 1)), *sums) for number, *sums, _refunded in counted
    ]
    refunds_cents = sum(row[-1] for row in counted)
    accepted = sum(month.rows for month in months)
    return Report(
        rows=source.rows,
        accepted=accepted,
        rejected=source.rows - accepted,
        months=tuple(months),
        problems=_count_problems(con, source, checks) if accepted < source.rows else (),
        unknown_customers=_unknown_customers(con, text_of(order.mapping.fields["customer"], source))
        if accepted < source.rows
        else (),
        new_products=len(new.products),
        new_categories=len(new.categories),
        gaps=tuple(_gaps({*order.known_months, *(month.month for month in months)})),
        amount_cents=sum(month.amount_cents for month in months),
        refunds_cents=refunds_cents,
    )


def _refuse_unkeepable(source: Source, counted: Sequence[tuple[Any, ...]]) -> None:
    """No line is out of range by itself, yet a month of them may be."""
    for number, _rows, _refunds, cents, *_refunded in counted:
        if abs(cents) > _MOST_CENTS:
            message = N_("The amounts of %(month)s add up to more than can be kept.")
            params = {"month": str(Month(number // 12, number % 12 + 1))}
            place = Place(file=source.name, sheet=source.sheet)
            raise BadInput([Problem(message, place, params, code="sum_out_of_range")])


def _gaps(known: set[str]) -> list[str]:
    if not known:
        return []
    return [
        str(m) for m in Month.range(Month.parse(min(known)), Month.parse(max(known))) if str(m) not in known
    ]


def _unknown_customers(con: duckdb.DuckDBPyConnection, text: str) -> tuple[tuple[str, int], ...]:
    found = rows(
        con,
        f"SELECT k.clean, count(*) FROM raw r JOIN k_customer k ON k.raw = {text} "
        f"WHERE k.id IS NULL AND k.clean IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MOST_UNKNOWN}",
    )
    return tuple(found)


def _count_problems(
    con: duckdb.DuckDBPyConnection, source: Source, checks: tuple[Check, ...]
) -> tuple[ProblemCount, ...]:
    found = []
    for bit, check in enumerate(checks):
        marked = f"(flags & {1 << bit}) <> 0"
        (count,) = one(con, f"SELECT count(*) FROM typed WHERE {marked}")
        if not count:
            continue
        text = f"raw.{source.columns[check.column]}::VARCHAR" if check.column else "NULL"
        examples = rows(
            con,
            f"SELECT {source.number}, {text} FROM "
            f"(SELECT * FROM typed WHERE {marked} ORDER BY n LIMIT {_EXAMPLES}) t "
            "JOIN raw ON raw.rowid = t.n ORDER BY t.n",
        )
        listed = tuple(
            {"sheet": source.sheet, "row": n, "column": check.column, "text": (text or "")[:80]}
            for n, text in examples
        )
        found.append(ProblemCount(check.code, check.message, check.field, count, check.params, listed))
    return tuple(sorted(found, key=lambda p: -p.rows))


def _write_errors(
    con: duckdb.DuckDBPyConnection, order: Order, source: Source, checks: tuple[Check, ...]
) -> Path:
    """The refused rows with their original cells, in their order."""
    path = order.folder / ("errors.xlsx" if source.sheet else "errors.csv")
    cells = ", ".join(f"o.{quoted(header)}" for header in source.headers)
    cursor = con.execute(
        f"SELECT t.flags, {source.number}, {cells} FROM typed t JOIN ({source.original}) o ON o.n = t.n "
        "WHERE t.flags <> 0 ORDER BY t.n"
    )

    def refused() -> Iterator[tuple[list[str], list[Problem]]]:
        while chunk := cursor.fetchmany(10_000):
            for flags, row, *texts in chunk:
                values = ["" if text is None else text for text in texts]
                by_header = dict(zip(source.headers, values, strict=True))
                yield values, [_problem(check, source, row, by_header) for check in _failed(checks, flags)]

    write_error_file(path, source.headers, refused(), say=order.say)
    return path


def _failed(checks: tuple[Check, ...], flags: int) -> list[Check]:
    return [check for bit, check in enumerate(checks) if flags & (1 << bit)]


def _problem(check: Check, source: Source, row: int, texts: dict[str, str]) -> Problem:
    place = Place(file=source.name, sheet=source.sheet, row=row, column=check.column)
    params = {**check.params, "text": texts.get(check.column, "")[:80]}
    return Problem(check.message, place, params, check.code)


def _stage(con: duckdb.DuckDBPyConnection, order: Order, report: Report) -> dict[str, Path]:
    """One Parquet file a month, in the order of the upload."""
    mapping = order.mapping
    table = "typed"
    if mapping.grain == "month" or len(report.months) > _MONTHS_FROM_VIEW:
        # Each month reads all rows again; a view would look up every code each time, too.
        table = "kept"
        run(con, "CREATE OR REPLACE TABLE kept AS FROM typed WHERE flags = 0")
    columns = [
        quoted(row[0])
        for row in rows(con, "DESCRIBE typed")
        if row[0] not in {"n", "number", "flags", "source_key"}
    ]
    if mapping.fact == "sales":
        columns.insert(columns.index('"on"') + 1, f"{literal(mapping.grain)} AS grain")
    columns += [f"{literal(mapping.feed)} AS source", f"{order.batch}::BIGINT AS batch", "source_key"]
    staged: dict[str, Path] = {}
    for total in report.months:
        month = Month.parse(total.month)
        path = order.folder / f"{total.month}.parquet"
        run(
            con,
            f"COPY (SELECT {', '.join(columns)} FROM {table} WHERE flags = 0 "
            f"AND \"on\" >= DATE '{month.starts_on}' AND \"on\" < DATE '{month.ends_before}') "
            f"TO {literal(str(path))} (FORMAT parquet)",
        )
        staged[total.month] = path
    return staged
