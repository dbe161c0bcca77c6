"""Composition: settings, addresses, API root, command line."""
