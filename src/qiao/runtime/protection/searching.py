"""Searching records by a number not everybody reads: plain it is found by any part, masked only whole, hidden not at all.

Found by a part, a masked number would be read one digit after the other. See ``docs/adr/0007-what-a-role-reads.md``.
"""

import re
from typing import TypeVar, cast

from django.db.models import Case, F, Func, Model, Q, QuerySet, TextField, Value, When

from ..search import like_pattern
from ..spaced import Digits
from . import Sight

Row = TypeVar("Row", bound=Model)
SHORTEST = 5  # digits of a whole number: a switchboard's; a shorter one says little and is guessed at once


def search_as_seen(rows: QuerySet[Row], text: str, sight: Sight, *, number: str = "phone") -> QuerySet[Row]:
    """Rows whose search key holds a typed text, as far as the number in it may be read.

    Args:
        rows: Rows with ``search_key``, of which the number is the last part.
        text: What was typed.
        sight: How far the searcher sees the number.
        number: Field of the number.
    """
    pattern = like_pattern(text)
    if sight is Sight.OPEN:
        return rows.filter(search_key__like=pattern)
    shortened = Func(
        F("search_key"), Value(r"\|[^|]*$"), Value(""), function="regexp_replace", output_field=TextField()
    )
    seen = Case(When(**{number: ""}, then=F("search_key")), default=shortened)
    found = Q(search_key__like=pattern, key_seen__like=pattern)
    digits = re.sub(r"\D", "", text)
    known = rows.alias(key_seen=seen, number_digits=Digits(number))
    if sight is not Sight.HIDDEN and len(digits) >= SHORTEST and not re.search(r"[^\d\s()+-]", text):
        found |= Q(number_digits=digits)
    return cast("QuerySet[Row]", known.filter(found))
