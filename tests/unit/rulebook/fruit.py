"""A kind of article no context contributes, to try the rulebook with."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_
from qiao.kernel.table import Range
from qiao.kernel.text import Text
from qiao.rulebook.core.faults import Fault, open_end_faults, table_faults, twice_faults, weight_faults
from qiao.rulebook.core.kinds import ArticleKind, Kinds, Name, Reference
from qiao.rulebook.core.terms import Choice, term


class Sold(Choice):
    """How fruit is sold."""

    LOOSE = "loose", N_("loose")
    PACKED = "packed", N_("packed")


@dataclass(frozen=True, slots=True)
class Fruit:
    """A sort of fruit."""

    code: str = term(N_("code"))
    title: Text = term(N_("fruit"))
    weight: Decimal = term(N_("weight"), unit="share", above=0, at_most=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A price row."""

    kilos: Range = term(N_("kilos"))
    discount: Decimal = term(N_("discount"), unit="share", at_least=0, at_most=1, default=Decimal(0))


@dataclass(frozen=True, slots=True)
class FruitPolicy:
    """How fruit is sold."""

    sold: Sold = term(N_("sold"))
    days: int = term(N_("days kept"), unit="days", at_least=1)
    washed: bool = term(N_("washed"))
    best: str = term(N_("best fruit"))
    fruits: tuple[Fruit, ...] = term(N_("fruits"))
    rows: tuple[Row, ...] = term(N_("discounts"))
    note: Text | None = term(N_("note"), default=None)


def check(body: FruitPolicy) -> list[Fault]:
    ranges = [row.kilos for row in body.rows]
    return [
        *twice_faults((fruit.code for fruit in body.fruits), "fruits"),
        *weight_faults([fruit.weight for fruit in body.fruits], "fruits"),
        *table_faults(ranges, "rows"),
        *open_end_faults(ranges, "rows"),
    ]


KIND: ArticleKind[Any] = ArticleKind(
    code="fruit",
    label=N_("Fruit"),
    body_type=FruitPolicy,
    check=check,
    defines=lambda body: [Name("fruit", fruit.code) for fruit in body.fruits],
    refers=lambda body: [Reference(Name("fruit", body.best), "best")],
)
KINDS = Kinds([KIND])

TEXT = """\
kind: fruit
code: demo-fruit
title: {zh: 水果办法, en: Fruit rules}
scope: {}
starts_on: 2021-01-01
ends_before: null
document_number: 示例〔2021〕1号
source: ['5.3']
assumption: null
body:
  sold: loose
  days: 3
  washed: true
  best: apple
  fruits:
    - code: apple
      title: {zh: 苹果, en: Apple}
      weight: 0.60
    - code: pear
      title: {zh: 梨, en: Pear}
      weight: 0.40
  rows:
    - kilos: {to: 10}
    - kilos: {above: 10}
      discount: 0.05
"""
