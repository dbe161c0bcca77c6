"""Columns of the tables indicators read. Months are counted as year × 12 + month − 1, so that arithmetic is plain."""

import ibis

SALES = ibis.schema(
    {
        "customer_id": "int64",
        "category_id": "int64",
        "on": "date",
        "grain": "string",
        "revenue_cents": "int64",
        "quantity": "decimal(18, 3)",
        "unit": "string",
        "cost_cents": "int64",
        "source": "string",
    }
)
RECEIVABLES = ibis.schema(
    {"customer_id": "int64", "on": "date", "amount_cents": "int64", "overdue_30_cents": "int64"}
)
PAYMENTS = ibis.schema({"customer_id": "int64", "on": "date", "amount_cents": "int64"})

# Dimensions, pinned by a run.
CUSTOMERS = ibis.schema({"customer_id": "int64", "canonical_id": "int64", "place": "string"})
HOMES = ibis.schema({"customer_id": "int64", "unit_id": "int64", "starts_on": "date", "ends_before": "date"})
ASSIGNMENTS = ibis.schema(
    {
        "customer_id": "int64",
        "person_id": "int64",
        "role": "string",
        "starts_on": "date",
        "ends_before": "date",
    }
)
PLACEMENTS = ibis.schema({"m": "int64", "unit_id": "int64", "ancestor_id": "int64"})
SOURCES = ibis.schema({"source": "string", "rank": "int64"})
MONTHS = ibis.schema({"m": "int64", "ends_on": "date"})
