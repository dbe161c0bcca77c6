"""Forms of the ledger."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.kernel.period import Month
from qiao.ledger.core.analysis import MOST_CHARACTERS


class MonthField(forms.CharField):
    """A month such as 2021-12."""

    widget = forms.TextInput(attrs={"type": "month", "pattern": r"\d{4}-\d{2}", "placeholder": "2021-12"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return str(Month.parse(text))
        except ValueError:
            raise forms.ValidationError(_("Write a month as 2021-12.")) from None


class UploadForm(forms.Form):
    """A file of facts."""

    feed = forms.ChoiceField(label=_("Feed"), help_text=_("The source system's mapping that reads the file."))
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX or Parquet."))
    mode = forms.ChoiceField(
        label=_("Months already there"),
        choices=[
            ("", _("as the feed says")),
            ("replace", _("replace them: the file holds whole months")),
            ("append", _("add lines: corrections and additions, by key")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, feeds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feed"].choices = feeds  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """A mapping's text."""

    mapping = forms.CharField(
        label=_("Mapping"),
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
        help_text=_("YAML: columns, formats, codes, units, signs, grain, key."),
    )


class CloseForm(forms.Form):
    """The month to close."""

    month = MonthField(label=_("Month"))


class LinesForm(forms.Form):
    """Which lines to show."""

    since = MonthField(label=_("From month"))
    until = MonthField(label=_("To month"))
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)
    unit = forms.IntegerField(required=False, widget=forms.HiddenInput)
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    category = forms.IntegerField(required=False, widget=forms.HiddenInput)
    product = forms.IntegerField(required=False, widget=forms.HiddenInput)
    cell = forms.CharField(required=False, max_length=MOST_CHARACTERS, widget=forms.HiddenInput)
