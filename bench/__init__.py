"""Measurements, each beside its limit or a named peer in the same run. ``python -m bench [name …]``."""
