"""From a source system's file to facts: mappings, bulk reading, checks row by row, staged Parquet."""

from qiao.ledger.feeds.mappings import dump_mapping, load_mapping, parse_mapping
from qiao.ledger.feeds.reading import Directory, Read, read_feed
from qiao.ledger.feeds.report import MonthTotal, ProblemCount, Report

__all__ = [
    "Directory",
    "MonthTotal",
    "ProblemCount",
    "Read",
    "Report",
    "dump_mapping",
    "load_mapping",
    "parse_mapping",
    "read_feed",
]
