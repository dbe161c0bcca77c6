"""The catalogue of indicators."""

from qiao.ledger.core.catalogue import CATALOGUE, Additivity

from .markdown import code, page, table

_TIME = {
    Additivity.SUM: "adds up over months",
    Additivity.STOCK: "last month of the period",
    Additivity.RATIO: "from numerator and denominator of the whole period",
    Additivity.RANK: "ranked anew over the whole period",
}


def indicators() -> str:
    """Each indicator with its definition."""
    rows = [
        [code(i.code), i.name_zh, i.name_en, i.unit.value, code(i.numerator) + (f" ÷ {code(i.denominator)}" if i.denominator else ""),
         i.additivity.value, _TIME[i.additivity], ", ".join(need.value for need in i.needs), i.source, i.owner, i.version]
        for i in CATALOGUE
    ]  # fmt: skip
    meanings = "\n".join(f"- `{i.code}` – {i.meaning_en} {i.meaning_zh}" for i in CATALOGUE)
    return page(
        "Indicators",
        "Per customer, manager, unit and all above, for month, quarter, half and year, to date. A figure whose need is not met "
        "is incomplete and says why; it is never 0.",
        table(
            [
                "code",
                "Chinese name",
                "English name",
                "unit",
                "formula",
                "additivity",
                "time rule",
                "needs",
                "source",
                "owner",
                "version",
            ],
            rows,
        ),
        "## Meanings",
        meanings,
    )
