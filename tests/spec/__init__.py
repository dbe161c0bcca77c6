"""Worked examples of policies, which also become the manual's pages."""
