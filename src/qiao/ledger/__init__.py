"""Ledger (台账): feeds, facts in a columnar lake, indicators, the monthly close."""
