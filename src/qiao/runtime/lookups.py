"""A plain LIKE, which Django lacks: its own lookups escape the pattern or fold case the index does not."""

from typing import Any

from django.db.models import CharField, Lookup, TextField


class Like(Lookup):
    """``column LIKE pattern``, with the caller's own wildcards."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", (*left_values, *right_values)


for field in (CharField, TextField):
    field.register_lookup(Like)
