"""Forms of the organisation."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.org import queries
from qiao.org.core.register import EMPLOYMENT
from qiao.org.core.sight import REACH_WORDS
from qiao.runtime import clock
from qiao.runtime.i18n import pick

SCOPE_LABELS = {code: _(word) for code, word in REACH_WORDS.items()}


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def unit_choices(ids: Any) -> list[tuple[Any, str]]:
    """Units of today's tree among those given, indented as they stand, and none."""
    tree = queries.get_tree()
    return [("", "—"), *((u, "　" * d + queries.unit_name(tree, u)) for u, d in tree.walk() if u in ids)]


class Dated(forms.Form):
    """A change that takes effect on a day and has a reason."""

    on = forms.DateField(label=_("Starts on"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": clock.today()})
        super().__init__(*args, **kwargs)


class NewUnitForm(forms.Form):
    """A new unit below another."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    kind = forms.CharField(
        label=_("Kind"), max_length=40, help_text=_("Word of the enterprise, such as city or county.")
    )
    parent = forms.TypedChoiceField(label=_("Unit above"), coerce=int)
    starts_on = forms.DateField(label=_("Starts on"), widget=DayInput)

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": clock.today()})
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = unit_choices(unit_ids)  # type: ignore[attr-defined]


class MoveUnitForm(Dated):
    """Another unit above, from a day on."""

    parent = forms.TypedChoiceField(label=_("Unit above"), coerce=int)
    field_order = ("parent", "on", "reason")

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = unit_choices(unit_ids)  # type: ignore[attr-defined]


class CloseUnitForm(Dated):
    """The day a unit ends, and who takes over what is in it."""

    merge_into = forms.TypedChoiceField(
        label=_("Merge into"), coerce=int, required=False, empty_value=None,
        help_text=_("Units, people and customers in it go there on that day. Empty only when nothing is left in it."),
    )  # fmt: skip
    field_order = ("merge_into", "on", "reason")

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merge_into"].choices = unit_choices(unit_ids)  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Particulars of a member of staff."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


class NewPersonForm(PersonForm):
    """A new member of staff."""

    code = forms.CharField(label=_("Staff number"), max_length=40)
    starts_on = forms.DateField(label=_("Joined on"), widget=DayInput)
    employment = forms.TypedChoiceField(
        label=_("Employment kind"), coerce=int, required=False, empty_value=None
    )
    field_order = ("code", "name", "name_en", "starts_on", "employment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employment"].choices = word_choices(EMPLOYMENT)  # type: ignore[attr-defined]


def word_choices(code: str) -> list[tuple[Any, str]]:
    """Words of a list in use, and none."""
    return [("", "—"), *((word.pk, queries.word_name(word)) for word in queries.list_words(code))]


class PostingForm(forms.Form):
    """A post for a person."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    role_type = forms.TypedChoiceField(label=_("Role type"), coerce=int)
    is_main = forms.BooleanField(label=_("Main post"), required=False, initial=True)
    scope_kind = forms.ChoiceField(
        label=_("Data scope"), required=False, help_text=_("Empty: as the role type says.")
    )
    chosen_units = forms.TypedMultipleChoiceField(
        label=_("Chosen units"),
        coerce=int,
        required=False,
        help_text=_("Only for the data scope “chosen units”; units below are included."),
    )
    starts_on = forms.DateField(label=_("Starts on"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": clock.today(), "is_main": True})
        super().__init__(*args, **kwargs)
        units = unit_choices(unit_ids)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["chosen_units"].choices = units[1:]  # type: ignore[attr-defined]
        self.fields["scope_kind"].choices = [("", "—"), *SCOPE_LABELS.items()]  # type: ignore[attr-defined]
        roles = [(role.pk, pick(role.name_zh, role.name_en)) for role in queries.list_role_types()]
        self.fields["role_type"].choices = [("", "—"), *roles]  # type: ignore[attr-defined]


class TransferForm(Dated):
    """Another unit for a post."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    field_order = ("unit", "on", "reason")

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(unit_ids)  # type: ignore[attr-defined]


class GradeForm(Dated):
    """A grade from a day on."""

    grade = forms.CharField(label=_("Grade"), max_length=40)
    field_order = ("grade", "on", "reason")


class LogInForm(forms.Form):
    """A log-in for a person."""

    username = forms.CharField(label=_("Log-in name"), max_length=150)
    password = forms.CharField(
        label=_("First password"), widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; to be changed by its owner."),
    )  # fmt: skip


WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip


class LeaveForm(Dated):
    """The day a person leaves and who takes over."""

    successor = forms.TypedChoiceField(label=_("Takes over"), coerce=int)
    signer = forms.TypedChoiceField(
        label=_("Signs in his place"), coerce=int, required=False, empty_value=None,
        help_text=_("Empty: who takes over."),
    )  # fmt: skip
    field_order = ("on", "successor", "signer", "reason")

    def __init__(self, *args: Any, people: Any, parts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("First day away")
        self.people = {
            p.pk: p for p in people.order_by("pinyin", "id").only("id", "code", "name", "starts_on")
        }
        choices = [("", "—"), *((pk, f"{p.name} {p.code}") for pk, p in self.people.items())]
        for name in ("successor", "signer"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for key, label in parts:
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=40, widget=forms.TextInput(attrs={"list": "people"}),
                help_text=_("Staff number of who takes over this customer; empty: the one above."),
            )  # fmt: skip
        self.part_keys = [key for key, _label in parts]

    def clean(self) -> dict[str, Any]:
        """People for their ids, and parts with the person each goes to."""
        values: dict[str, Any] = super().clean() or {}
        codes = {key: values.pop(key, "") for key in self.part_keys}
        found = {p.code: p for p in self.people.values()}
        for name in ("successor", "signer"):
            values[name] = self.people.get(values.get(name))
        values["parts"] = {}
        for key, code in codes.items():
            if code and code not in found:
                self.add_error(key, _("No person in service and in sight has this staff number."))
            elif code:
                values["parts"][key] = found[code]
        return values


class HoursForm(forms.Form):
    """Usual working days and hours."""

    starts_on = forms.DateField(label=_("Starts on"), widget=DayInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Working days"), coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    spans = forms.CharField(
        label=_("Working hours"), max_length=200, help_text=_("Such as 08:30-12:00, 14:00-17:30.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"starts_on": clock.today(), "weekdays": range(5), "spans": "08:30-12:00, 14:00-17:30"}
        )
        super().__init__(*args, **kwargs)

    def clean_spans(self) -> list[tuple[time, time]]:
        """Spans as pairs of times."""
        text = self.cleaned_data["spans"].replace("，", ",").replace("–", "-").replace("：", ":")
        spans = []
        for part in filter(None, (p.strip() for p in text.split(","))):
            begin, _dash, end = part.partition("-")
            try:
                spans.append((time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())))
            except ValueError:
                message = _("“%(part)s” is no span of hours; write 08:30-12:00.")
                raise forms.ValidationError(message, params={"part": part[:30]}) from None
        return spans


class SpecialDayForm(forms.Form):
    """A day that differs from the usual week."""

    on = forms.DateField(label=_("Day"), widget=DayInput)
    works = forms.ChoiceField(
        label=_("Worked"),
        choices=(("rest", _("Day off")), ("work", _("Working day")), ("usual", _("As the usual week"))),
    )
    note = forms.CharField(label=_("Note"), max_length=80, required=False)


class AbsenceForm(forms.Form):
    """Who is away, until when, who acts for him."""

    person: Any = forms.ModelChoiceField(label=_("Person"), queryset=None)
    starts_on = forms.DateField(label=_("Starts on"), widget=DayInput)
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)
    substitute: Any = forms.ModelChoiceField(label=_("Substitute"), queryset=None, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, substitutes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.order_by("pinyin", "id")  # type: ignore[attr-defined]
        self.fields["substitute"].queryset = substitutes.order_by("pinyin", "id")  # type: ignore[attr-defined]
