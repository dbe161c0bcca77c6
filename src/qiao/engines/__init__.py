"""Algorithms without business words: pure."""
