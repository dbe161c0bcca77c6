"""Indicators as Ibis expressions: DuckDB by default, Spark by one setting, the same figures on both.

Engines add up measures; figures are decided from them in ``ledger.core.decide``. No ratio of anything a person is
judged by is ever taken here.
"""

from qiao.ledger.indicators.bands import BandRow, assign_bands
from qiao.ledger.indicators.engines import DuckEngine, Engine, SparkEngine, compile_sql
from qiao.ledger.indicators.run import HolderSums, Sources, Task, compute
from qiao.ledger.indicators.soundness import Unsound, check_sound

__all__ = [
    "BandRow",
    "DuckEngine",
    "Engine",
    "HolderSums",
    "Sources",
    "SparkEngine",
    "Task",
    "Unsound",
    "assign_bands",
    "check_sound",
    "compile_sql",
    "compute",
]
