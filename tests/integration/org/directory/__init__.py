"""Comparing directories with the register."""
