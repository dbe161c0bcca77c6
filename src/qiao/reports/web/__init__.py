"""Web face of reports."""
