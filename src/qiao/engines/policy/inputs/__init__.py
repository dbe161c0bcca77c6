"""The facts a policy is worked out on: six tables a scenario, each with fixed columns.

Scenarios arrive as plain trees (JSON, a workbook's sheets); every fault is named by table, row and column.
"""

from .reading import read_scenarios
from .rows import EventRow, MeasureKey, PersonRow, Scenario
from .sheets import SheetRow, from_sheets
from .tables import TABLES, Column, json_schema
from .values import read_date, read_number, read_value

__all__ = [
    "TABLES",
    "Column",
    "EventRow",
    "MeasureKey",
    "PersonRow",
    "Scenario",
    "SheetRow",
    "from_sheets",
    "json_schema",
    "read_date",
    "read_number",
    "read_scenarios",
    "read_value",
]
