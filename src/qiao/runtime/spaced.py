"""Texts as the database's trigram index finds two Chinese characters in them, where no search key is stored."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Func
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression

# An index on an expression names its operator class outside the expression's brackets; Django knows that only where its
# whole PostgreSQL app is installed, which asks every new connection for types nobody uses here.
IndexExpression.register_wrappers(OrderBy, OpClass, Collate)


class Spaced(Func):
    """The indexed form of one text or of several together: what :func:`qiao.runtime.search.spaced` gives, in SQL.

    For searches of names that nobody looks up by pinyin; compared with :func:`qiao.runtime.search.like_pattern`.
    """

    arg_joiner = " || '|' || "
    # PostgreSQL reads \uXXXX in its expressions itself.
    template = (
        r"regexp_replace(' ' || regexp_replace(regexp_replace(lower(%(expressions)s), '\s', '', 'g'),"
        r" '([\u3400-\u9fff])', ' \1 ', 'g') || ' ', '\s+', ' ', 'g')"
    )
    output_field = models.TextField()


class Digits(Func):
    """The digits of a text, as two phone numbers are compared."""

    template = "regexp_replace(%(expressions)s, '[^0-9]', '', 'g')"
    output_field = models.TextField()
