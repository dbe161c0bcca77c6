"""A small safe language for formulas: Excel's names and operators over named figures, exact numbers, no loops."""

from .check import Kind, Sort, Unit, check_formula
from .evaluate import Scope, evaluate
from .syntax import Binary, Call, FormulaError, Name, Node, Number, Text, Truth, Unary, names_in, parse
from .values import Failure, Value, divide, settle

__all__ = [
    "Binary",
    "Call",
    "Failure",
    "FormulaError",
    "Kind",
    "Name",
    "Node",
    "Number",
    "Scope",
    "Sort",
    "Text",
    "Truth",
    "Unary",
    "Unit",
    "Value",
    "check_formula",
    "divide",
    "evaluate",
    "names_in",
    "parse",
    "settle",
]
