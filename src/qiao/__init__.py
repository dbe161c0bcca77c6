"""Qiao (桥): account-manager organisations on one fact base from visit to KPI to pay."""

__version__ = "0.1.0"
