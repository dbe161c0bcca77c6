"""Forms of the register of staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.org.core.register import LISTS, QUALIFICATION, TALENT
from qiao.runtime import clock
from qiao.runtime.i18n import say

from .forms import Dated, DayInput, unit_choices, word_choices


class DescribeForm(Dated):
    """A word that describes a person from a day on."""

    word = forms.TypedChoiceField(label=_("What holds"), coerce=int)
    field_order = ("word", "on", "reason")

    def __init__(self, *args: Any, list_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["word"].label = say(LISTS[list_code])
        self.fields["word"].choices = word_choices(list_code)  # type: ignore[attr-defined]


class EndForm(Dated):
    """The day something ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Until before")


class QualificationForm(forms.Form):
    """A certificate."""

    kind = forms.TypedChoiceField(label=_("Kind of qualification"), coerce=int)
    level = forms.CharField(label=_("Level"), max_length=60, required=False)
    number = forms.CharField(label=_("Certificate number"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("Issued on"), widget=DayInput)
    valid_before = forms.DateField(
        label=_("Valid until before"), widget=DayInput, required=False, help_text=_("Empty: without end.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = word_choices(QUALIFICATION)  # type: ignore[attr-defined]


class PersonalForm(forms.Form):
    """What is shown only under the right of its own."""

    born_on = forms.DateField(
        label=_("Date of birth"), widget=DayInput, required=False,
        help_text=_("Kept to count ages for the staffing rules; shown only under a right of its own, and to himself."),
    )  # fmt: skip


class WordForm(forms.Form):
    """A word of a list."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("For files and the API; letters and digits.")
    )
    rank = forms.IntegerField(
        label=_("Rank"), min_value=0, max_value=32000, initial=0,
        help_text=_("Order in the list; of education the higher the more; of an age band the youngest age in it."),
    )  # fmt: skip
    notice_days = forms.IntegerField(
        label=_("Days of notice"), min_value=0, max_value=3650, initial=60,
        help_text=_("Of a kind of qualification: its end is near so many days before."),
    )  # fmt: skip
    in_use = forms.BooleanField(label=_("In use"), required=False, initial=True)


class TalentForm(forms.Form):
    """How many people of a talent type a unit is to have."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    word = forms.TypedChoiceField(label=_("Talent type"), coerce=int)
    number = forms.IntegerField(
        label=_("Planned"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Empty ends the plan."),
    )
    on = forms.DateField(label=_("Starts on"), widget=DayInput)

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": clock.today()})
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(unit_ids)  # type: ignore[attr-defined]
        self.fields["word"].choices = word_choices(TALENT)  # type: ignore[attr-defined]
