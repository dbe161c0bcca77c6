"""Build an enterprise from somebody's files as a folder of SQL, mappings and articles describes it.

The folder's ``enterprise.yaml`` names the source files, the queries that shape them into the tables of the import
pages, the feeds with their mappings, the articles, and the months to close. Everything goes through the imports and
actions a user has; nothing of any one example stands here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import transaction

from qiao.config.demo.loading import hand_out_log_ins, import_table, start_enterprise
from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.kernel.money import yuan_from_cents
from qiao.kernel.period import Month
from qiao.kernel.text import Text
from qiao.ledger.actions import close_month, import_file, import_products, put_feed
from qiao.ledger.lake import connect, literal, quoted
from qiao.rulebook import actions as rulebook
from qiao.rulebook.core.shape import Misshapen, read_tree
from qiao.rulebook.core.stored import parse_yaml, problem_at
from qiao.rulebook.core.terms import term

Report = Callable[[str], None]
PRODUCT_COLUMNS = ("code", "name", "name_en", "category", "category_name", "unit")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the enterprise, readable in queries under a name."""

    name: str = term("name")
    file: str = term("file")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the import pages, made by a query."""

    kind: str = term("kind")
    sql: str = term("query")


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A file of facts: a source as it is, or what a query makes of it. ``total`` names the column that must add up."""

    mapping: str = term("mapping")
    source: str = term("source")
    total: str = term("total")
    sql: str | None = term("query", default=None)


@dataclass(frozen=True, slots=True)
class LogIn:
    """Who of the people gets a log-in called like a role."""

    role: str = term("role")
    person: str = term("person")


@dataclass(frozen=True, slots=True)
class Enterprise:
    """``enterprise.yaml``."""

    code: str = term("code")
    title: Text = term("title")
    kind: str = term("kind")
    starts_on: date = term("starts on")
    currency: str = term("currency")
    sources: tuple[Source, ...] = term("sources")
    tables: tuple[Table, ...] = term("tables")
    feeds: tuple[FeedFile, ...] = term("feeds")
    policy: str = term("policy")
    close_first: str = term("first month to close")
    close_last: str = term("last month to close")
    log_ins: tuple[LogIn, ...] = term("log-ins")
    products: str | None = term("products", default=None)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a feed brought: rows, refused rows, and the total in the file against the total in the ledger."""

    feed: str
    rows: int
    refused: int
    in_file: Decimal
    in_ledger: Decimal


def read_enterprise(folder: Path) -> Enterprise:
    """The description of an example.

    Raises:
        BadInput: Every problem of it, each at its line.
    """
    path = folder / "enterprise.yaml"
    if not path.is_file():
        raise BadInput([Problem(N_("there is no enterprise.yaml in this folder"), Place(file=str(folder)))])
    tree, lines = parse_yaml(path.read_text(encoding="utf-8"), path.name)
    try:
        return read_tree(Enterprise, tree)
    except Misshapen as refusal:
        raise BadInput([problem_at(fault, lines, path.name) for fault in refusal.faults]) from None


def load_example(folder: Path, files: Path, report: Report) -> list[Reconciled]:
    """Build the enterprise in this home.

    Args:
        folder: The example.
        files: Where the source files lie.
        report: Told each step in a sentence.

    Raises:
        BadInput: A file is missing or refused, or a total does not reconcile.
    """
    plan = read_enterprise(folder)
    workshop = _Workshop(plan, folder, files)
    try:
        with transaction.atomic():  # half an organisation would be worse than none
            by = start_enterprise(plan.code, plan.title.zh, plan.title.en, plan.kind, plan.starts_on)
            (Path(settings.QIAO_HOME) / "currency").write_text(plan.currency, encoding="utf-8")
            rulebook.install_articles(texts=_texts(folder / plan.policy), pack=folder.name, by=by)
            for table in plan.tables:
                path = workshop.make(table.sql, f"{table.kind}.csv")
                report(f"{table.kind}: {import_table(table.kind, path, by)} rows")
            hand_out_log_ins({one.role: one.person for one in plan.log_ins})
        if plan.products:
            path = workshop.make(plan.products, "products.csv")
            counts = import_products(
                path=path, name=path.name, columns={n: n for n in PRODUCT_COLUMNS}, by=by
            )
            report(f"products: {counts['products']}, categories: {counts['categories']}")
        reconciled = [_load_feed(workshop, feed, by, report) for feed in plan.feeds]
    finally:
        workshop.close()
    for month in Month.range(Month.parse(plan.close_first), Month.parse(plan.close_last)):
        close_month(month=month, by=by)
        report(f"{month} closed")
    return reconciled


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


class _Workshop:
    """The source files as views, and a place for the tables made of them."""

    def __init__(self, plan: Enterprise, folder: Path, files: Path) -> None:
        self.plan, self.folder = plan, folder
        self.paths = {source.name: files / source.file for source in plan.sources}
        missing = [path for path in self.paths.values() if not path.is_file()]
        if missing:
            raise BadInput([Problem(N_("the file is not there"), Place(file=str(path))) for path in missing])
        self.place = Path(settings.QIAO_HOME) / "example"
        self.place.mkdir(parents=True, exist_ok=True)
        self.con: duckdb.DuckDBPyConnection = connect()
        for name, path in self.paths.items():
            reader = "read_csv({}, all_varchar = true)" if path.suffix == ".csv" else "read_parquet({})"
            self.con.execute(f"CREATE VIEW {quoted(name)} AS FROM {reader.format(literal(str(path)))}")

    def make(self, sql: str, name: str) -> Path:
        """Run a query of the example and keep its result as a file, by its ending."""
        path = self.place / name
        query = (self.folder / sql).read_text(encoding="utf-8")
        kind = "FORMAT parquet" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
        try:
            self.con.execute(f"COPY ({query}) TO {literal(str(path))} ({kind})")
        except duckdb.Error as error:
            raise BadInput(
                [Problem(N_("the query fails: %(why)s"), Place(file=sql), {"why": str(error)})]
            ) from None
        return path

    def total(self, source: str, column: str) -> Decimal:
        """The sum of a column of a source, to the cent."""
        query = f"SELECT sum({quoted(column)}::DECIMAL(18, 2)) FROM {quoted(source)}"
        ((total,),) = self.con.execute(query).fetchall()
        return Decimal(total or 0)

    def close(self) -> None:
        """Let the files go."""
        self.con.close()


def _load_feed(workshop: _Workshop, feed: FeedFile, by: Any, report: Report) -> Reconciled:
    mapping = workshop.folder / feed.mapping
    kept = put_feed(mapping_text=mapping.read_text(encoding="utf-8"), name=mapping.name, by=by)
    path = workshop.make(feed.sql, f"{kept.code}.parquet") if feed.sql else workshop.paths[feed.source]
    batch = import_file(feed=kept, path=path, by=by)
    if batch.problems or batch.state != "written":
        raise BadInput(_problems(batch, path.name))
    in_ledger = yuan_from_cents(sum(file["amount_cents"] for file in batch.files))
    counts: Any = batch.report
    result = Reconciled(
        kept.code,
        counts["rows"],
        counts["rejected"],
        workshop.total(feed.source, feed.total),
        in_ledger,
    )
    report(
        f"{result.feed}: {result.rows} rows, {result.in_ledger} in the ledger, {result.in_file} in the file"
    )
    if result.in_ledger != result.in_file:
        message = N_("%(file)s in the file, %(ledger)s in the ledger: the totals do not reconcile")
        params = {"file": str(result.in_file), "ledger": str(result.in_ledger)}
        raise BadInput([Problem(message, Place(file=path.name), params)])
    return result


def _problems(batch: Any, name: str) -> Sequence[Problem]:
    found = [Problem(p["message"], Place(file=name), p.get("params", {})) for p in batch.problems]
    return found or [Problem(N_("the file was refused; see its import page"), Place(file=name))]
