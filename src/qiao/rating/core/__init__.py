"""Decisions about customers, each with the steps that led to it. Pure."""
