"""What the ledger's programming interface takes and gives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema

from qiao.runtime.i18n import pick, say_error
from qiao.runtime.paging import Page


class IndicatorOut(Schema):
    """A definition."""

    code: str
    version: int
    name_zh: str
    name_en: str
    meaning_zh: str
    meaning_en: str
    unit: str
    numerator: str
    denominator: str
    additivity: str
    levels: list[str]
    needs: list[str]

    @staticmethod
    def resolve_levels(row: Any) -> list[str]:
        return sorted(row.levels)

    @staticmethod
    def resolve_needs(row: Any) -> list[str]:
        return [str(need) for need in row.needs]


class FigureOut(Schema):
    """A figure; numerator null means there is none, and why."""

    id: int
    run_id: int
    indicator: str
    version: int
    window: str
    period: str
    numerator: Decimal | None
    denominator: Decimal | None
    incomplete: str | None
    remark: str | None

    @staticmethod
    def of(row: Any) -> dict[str, Any]:
        """A stored figure as the interface gives it."""
        result = row.result
        return {
            "id": row.pk,
            "run_id": row.run_id,
            "indicator": row.indicator.code,
            "version": row.indicator.version,
            "window": row.window,
            "period": row.period,
            "numerator": result.numerator,
            "denominator": result.denominator,
            "incomplete": say_error(result.incomplete) if result.incomplete else None,
            "remark": result.remark.code if result.remark else None,
        }


class FigureDetail(FigureOut):
    """A figure with its holder, its definition, and the months whose lines add up to it."""

    holder_kind: str
    holder_id: int
    definition: IndicatorOut
    since: str
    until: str


class LineOut(Schema):
    """A ledger line."""

    customer_id: int
    on: date
    grain: str
    product_id: int | None
    category_id: int | None
    revenue_yuan: Decimal
    quantity: Decimal | None
    unit: str | None
    cost_yuan: Decimal | None
    source: str
    batch: int
    source_key: str | None


class LinesOut(Schema):
    """A page of lines and the sums of all of them. ``next`` is the cursor of the page after it, null on the last."""

    lines: list[LineOut]
    total: int
    revenue_yuan: Decimal
    refunds_yuan: Decimal
    next: str | None


class PartOut(Schema):
    """What a customer bought of one category or product; null is what names none."""

    id: int | None
    name: str
    revenue_yuan: Decimal
    lines: int

    @staticmethod
    def of(row: dict[str, Any]) -> dict[str, Any]:
        """A break-down's row as the interface gives it."""
        item = row["item"]
        return {**row, "id": row["key"], "name": pick(item.name_zh, item.name_en) if item else ""}


class CustomerLedgerOut(Schema):
    """A customer's ledger; months that nobody imported are null."""

    revenue_yuan: dict[str, Decimal | None]
    categories: list[PartOut]
    products: list[PartOut]


class BatchOut(Schema):
    """An import."""

    id: int
    feed: str
    state: str
    mode: str
    file_name: str
    at: datetime
    written_at: datetime | None
    undone_at: datetime | None
    report: dict[str, Any] | None
    problems: list[dict[str, Any]]
    job_id: int | None

    @staticmethod
    def resolve_feed(row: Any) -> str:
        return str(row.feed.code)


class BatchPage(Page):
    """A page of imports."""

    items: list[BatchOut]


class WriteIn(Schema):
    """How to write an import."""

    without_rejected: bool = False


class FeedIn(Schema):
    """A mapping as YAML."""

    mapping: str


class FeedOut(Schema):
    """A feed."""

    code: str
    title_zh: str
    title_en: str
    fact: str
    grain: str
    precedence: int
    mode: str


class FeedDetail(FeedOut):
    """A feed with its mapping and the months it covers."""

    mapping: str
    months: list[str]


class CloseIn(Schema):
    """The month to close."""

    month: str


class RunOut(Schema):
    """A close."""

    id: int
    month: str
    state: str
    is_current: bool
    inputs_digest: str
    result_digest: str
    started_at: datetime
    finished_at: datetime | None
    job_id: int | None


class RunPage(Page):
    """A page of closes."""

    items: list[RunOut]


class RunStepOut(Schema):
    """A step of a close."""

    code: str
    state: str
    summary: dict[str, Any]
    digest: str
    error: str
    seconds: Decimal | None


class RunDetail(RunOut):
    """The run record: what was pinned, what each step did, with hashes."""

    code_version: str
    inputs: dict[str, Any]
    steps: list[RunStepOut]

    @staticmethod
    def resolve_steps(row: Any) -> list[Any]:
        return list(row.steps.order_by("place"))
