"""Forms of what hangs on records."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..i18n import pick, say
from .palette import COLOURS
from .typed_values import LONGEST_TEXT, TYPES, OwnField

PROFILES = (
    ("manager", _("Account managers")),
    ("supervisor", _("Supervisors")),
    ("executive", _("Executives")),
    ("hr", _("HR and assessment")),
    ("back_office", _("Back office")),
    ("auditor", _("Auditors")),
    ("administrator", _("Administrators")),
)


class FieldForm(forms.Form):
    """A custom field; code and type are given once."""

    label_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    label_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters, digits and _; names it in files and programs."),
    )
    type = forms.ChoiceField(label=_("Type of value"))
    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For a choice: each on a line of its own as code = Chinese | English."),
    )  # fmt: skip
    is_required = forms.BooleanField(label=_("Must be filled in"), required=False)
    segments = forms.CharField(
        label=_("Segments"), required=False, max_length=600,
        help_text=_("Codes of the segments that have it, separated by blanks; empty for all."),
    )  # fmt: skip
    seen_by = forms.MultipleChoiceField(
        label=_("Seen by"), choices=PROFILES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody chosen: whoever sees the record."),
    )  # fmt: skip
    changed_by = forms.MultipleChoiceField(
        label=_("Filled in by"), choices=PROFILES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody chosen: whoever may change the record."),
    )  # fmt: skip
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, initial=100)
    ends_on = forms.DateField(
        label=_("No longer asked from"), required=False, widget=forms.DateInput,
        help_text=_("From this day it is neither shown nor asked for; what it holds is kept."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(code, say(label)) for code, label in TYPES.items()]  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["code"], self.fields["type"]

    def clean_segments(self) -> list[str]:
        """Codes, each once."""
        return sorted(set(self.cleaned_data["segments"].replace(",", " ").replace("，", " ").split()))


class ValuesForm(forms.Form):
    """The custom fields of a record, each checked by its own rules when written."""

    def __init__(self, *args: Any, own: Sequence[OwnField], values: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in own:
            self.fields[field.name] = _control(field, values.get(field.code))

    def given(self, own: Sequence[OwnField]) -> dict[str, Any]:
        """What was typed, by code."""
        return {field.code: self.cleaned_data[field.name] for field in own}


def _control(field: OwnField, value: Any) -> forms.Field:
    """A form field that takes any text: the rules of its type are applied where it is written, for files and programs too."""
    options: dict[str, Any] = {
        "label": pick(field.label_zh, field.label_en), "required": field.is_required, "initial": "" if value is None else value,
    }  # fmt: skip
    if field.type == "yes_no":
        options["initial"] = "" if value is None else str(int(bool(value)))
        return forms.ChoiceField(choices=[("", "—"), ("1", _("Yes")), ("0", _("No"))], **options)
    if field.type == "choice":
        offered = [(code, pick(zh, en)) for code, zh, en in field.choices]
        if value and value not in dict(offered):
            offered.append((value, f"{value} – {_('offered no longer')}"))
        return forms.ChoiceField(choices=[("", "—"), *offered], **options)
    if field.type == "date":
        return forms.CharField(widget=forms.DateInput, **options)
    if field.type in ("number", "money"):
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
    return forms.CharField(max_length=LONGEST_TEXT, **options)


class TagForm(forms.Form):
    """A tag of a kind of record."""

    name = forms.CharField(label=_("Tag name"), max_length=40)
    colour = forms.ChoiceField(label=_("Colour"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].choices = [(code, say(label)) for code, label in COLOURS.items()]  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """Tags to put on picked records and to take off."""

    add = forms.TypedMultipleChoiceField(
        label=_("Add tags"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    remove = forms.TypedMultipleChoiceField(
        label=_("Remove tags"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, tags: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("add", "remove"):
            self.fields[name].choices = [(tag.pk, tag.name) for tag in tags]  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    """What to say. No limit of the field itself: a browser would cut a long text off without a word."""

    text = forms.CharField(
        label=_("Your comment"),
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "x-ref": "text",
                "x-on:input": "look",
                "x-on:keydown": "walk",
                "aria-autocomplete": "list",
            }
        ),
        help_text=_("Type @ and a name to tell a colleague. Only those who may see this record are told."),
    )
    mention = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def clean_mention(self) -> list[int]:
        """Log-ins picked from the list; what is no number is left out."""
        data: Any = self.data
        return [int(text) for text in data.getlist("mention") if text.isdecimal() and len(text) < 19]
