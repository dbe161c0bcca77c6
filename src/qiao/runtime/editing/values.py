"""Values of edited cells: how they are typed, kept and said."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.kernel.errors import N_
from qiao.runtime import figures
from qiao.runtime.i18n import say
from qiao.runtime.listing import Column, Edit

LARGEST = Decimal(10) ** 15


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def pairs_of(edit: Edit, request: Any) -> list[tuple[str, str]]:
    """What a choice or tags offer."""
    if edit.kind == "yes_no":
        return [("1", say(N_("Yes"))), ("0", say(N_("No")))]
    if callable(edit.choices):
        return [(str(value), str(label)) for value, label in edit.choices(request)]
    return [(str(value), say(str(label))) for value, label in edit.choices]


class ValueForm(forms.Form):
    """A value for a column, and a reason where one is asked for."""

    def __init__(self, data: Any, *, column: Column, request: Any, many: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        edit = column.edit
        assert edit is not None
        self.edit, self.many = edit, many
        self.pairs = pairs_of(edit, request) if edit.kind in ("choice", "yes_no", "tags") else []
        label = say(str(column.label))
        if edit.kind == "tags" and many:
            self.fields["add"] = _picks(_("Put on"), self.pairs)
            self.fields["remove"] = _picks(_("Take off"), self.pairs)
        else:
            self.fields["value"] = _control(edit, label, self.pairs)
        if edit.asks_reason:
            self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """Tags that are both added and taken off say nothing."""
        values = super().clean() or {}
        if self.many and self.edit.kind == "tags":
            add, remove = set(values.get("add", ())), set(values.get("remove", ()))
            if not add and not remove:
                raise forms.ValidationError(_("Choose at least one tag."))
            if add & remove:
                raise forms.ValidationError(_("One tag cannot be added and removed at once."))
        return values

    def wanted(self) -> Any:
        """The value as it is kept; of tags for many rows what is added and what is taken off."""
        values = self.cleaned_data
        if self.edit.kind == "tags" and self.many:
            return {name: sorted(map(int, values[name])) for name in ("add", "remove")}
        return stored(self.edit, values["value"])

    @property
    def reason(self) -> str:
        """The reason given, or empty."""
        return str(self.cleaned_data.get("reason", ""))


def _picks(label: Any, pairs: Sequence[tuple[str, str]]) -> forms.Field:
    return forms.MultipleChoiceField(
        label=label, choices=pairs, required=False, widget=forms.CheckboxSelectMultiple
    )


def _control(edit: Edit, label: str, pairs: Sequence[tuple[str, str]]) -> forms.Field:
    needed = not edit.blank
    if edit.kind == "tags":
        return _picks(label, pairs)
    if edit.kind in ("choice", "yes_no"):
        nothing = [] if needed else [("", "—")]
        return forms.ChoiceField(label=label, choices=[*nothing, *pairs], required=needed)
    if edit.kind == "date":
        return forms.DateField(label=label, required=needed, widget=DayInput())
    if edit.kind in ("number", "money"):
        return forms.DecimalField(
            label=label, required=needed, decimal_places=edit.places, max_value=LARGEST, min_value=-LARGEST,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )  # fmt: skip
    return forms.CharField(label=label, required=needed, max_length=edit.longest)


def stored(edit: Edit, value: Any) -> Any:
    """A cleaned value as it is kept: plain JSON, None for nothing."""
    if edit.kind == "tags":
        return sorted(map(int, value or ()))
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value == "1" if edit.kind == "yes_no" else str(value)


def typed_again(edit: Edit, value: Any) -> Any:
    """A kept value as a form shows it."""
    if edit.kind == "tags":
        return [str(one) for one in value or ()]
    if edit.kind == "yes_no":
        return "" if value is None else "1" if value else "0"
    return "" if value is None else value


def in_words(edit: Edit, value: Any, pairs: Sequence[tuple[str, str]]) -> str:
    """A kept value as people read it."""
    names = dict(pairs)
    if isinstance(value, Mapping):
        parts = [f"＋{names.get(str(one), one)}" for one in value["add"]]
        return "、".join(parts + [f"－{names.get(str(one), one)}" for one in value["remove"]])
    if edit.kind == "tags":
        return "、".join(names.get(str(one), str(one)) for one in value or ()) or figures.MISSING
    if value in (None, ""):
        return figures.MISSING
    if edit.kind == "yes_no":
        return str(figures.yes_no(value))
    return names.get(str(value), str(value))


def combine(before: Any, wanted: Any) -> Any:
    """What a row says afterwards: the value, or its tags with some more and some less."""
    if not isinstance(wanted, Mapping):
        return wanted
    return sorted((set(before or ()) | set(wanted["add"])) - set(wanted["remove"]))
