"""Forms of customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.customers.core.life_cycle import STAGES
from qiao.customers.core.place import stored_place
from qiao.customers.core.tax_number import checked_tax_number
from qiao.customers.importing import DATUMS
from qiao.kernel.errors import RuleBroken
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.i18n import say_error

CONTRACT_LABELS = {
    "future": _("Not yet begun"),
    "running": _("In force"),
    "ending": _("Ending soon"),
    "ended": _("Has ended"),
}
CONTRACT_TONES = {"future": "info", "running": "good", "ending": "warn", "ended": "neutral"}
STAGE_LABELS = {
    "lead": _("Lead"),
    "development": _("Development"),
    "filing": _("Filing"),
    "credit": _("Credit grading"),
    "service": _("Service"),
    "warning": _("Warning"),
    "retention": _("Retention"),
    "won_back": _("Won back"),
    "lost": _("Lost"),
}
ROLE_CHOICES = [("primary", _("Account manager")), ("deputy", _("Deputy"))]


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FileForm(forms.Form):
    """A customer's file."""

    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=80, required=False)
    kind = forms.CharField(label=_("Kind"), max_length=40, required=False)
    segment = forms.CharField(label=_("Segment"), max_length=60, required=False)
    industry = forms.CharField(label=_("Industry"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    tax_number = forms.CharField(label=_("Tax number"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "anyway" in self.data:
            self.ask_why("anyway", asked=False)  # its absence is refused by the action, with what looks alike

    def ask_why(self, field: str | None, *, asked: bool = True) -> None:
        """Ask for the reason a file is saved although others look like it, where that is what was refused."""
        if field == "anyway":
            self.fields["anyway"] = forms.CharField(
                label=_("Why this is another customer"), max_length=200, required=asked
            )

    def clean_tax_number(self) -> str:
        """A new number is checked by its last digit."""
        code: str = self.cleaned_data["tax_number"]
        if code and code != self.initial.get("tax_number"):
            try:
                return checked_tax_number(code)
            except RuleBroken as error:
                raise forms.ValidationError(say_error(error)) from None
        return code


class NewFileForm(FileForm):
    """A new customer: its number, unit and first day besides the file."""

    stage = forms.ChoiceField(
        label=_("Life-cycle stage"), choices=[(s, STAGE_LABELS[s]) for s in STAGES], initial="service"
    )
    code = forms.CharField(label=_("Customer number"), max_length=60)
    unit = forms.TypedChoiceField(label=_("Home unit"), coerce=int, help_text=_("Units within your reach."))
    starts_on = forms.DateField(label=_("Customer since"), widget=DayInput)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    field_order = ("code", "name", "unit", "starts_on", "phone", "tax_number", "address")

    def __init__(self, *args: Any, units: list[tuple[Any, str]], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": clock.today()})
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]


CONTACT_ROLES = [
    ("", "—"),
    ("liaison", _("Liaison")),
    ("communications", _("Head of communications")),
    ("finance", _("Head of finance and tariffs")),
    ("leader", _("Top leader")),
]
DECISION_LABELS = {
    "initiator": _("Initiator"),
    "user": _("End user"),
    "influencer": _("Influencer"),
    "gatekeeper": _("Gatekeeper"),
    "decider": _("Decider"),
    "approver": _("Approver"),
}
ATTITUDES = {
    2: _("+2 speaks for us"),
    1: _("+1 well disposed"),
    0: _("0 neutral"),
    -1: _("−1 reserved"),
    -2: _("−2 against us"),
}
_ONE_TO_FIVE = [("", "—"), *((n, str(n)) for n in range(1, 6))]


def _number(label: Any, choices: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, required=False, empty_value=None, help_text=help_text
    )


class ContactForm(forms.Form):
    """A person at the customer and his part in its decisions."""

    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=CONTACT_ROLES)
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    decision_role = forms.ChoiceField(
        label=_("Role in decisions"), required=False, choices=[("", "—"), *DECISION_LABELS.items()]
    )
    influence = _number(_("Influence"), _ONE_TO_FIVE, _("5 is the strongest."))
    attitude = _number(_("Attitude towards us"), [("", "—"), *ATTITUDES.items()])
    strength = _number(_("Strength of our relation"), _ONE_TO_FIVE, _("5 is the strongest."))
    reports_to_id = _number(_("Reports to"), ())

    def __init__(self, *args: Any, heads: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reports_to_id"].choices = [("", "—"), *heads]  # type: ignore[attr-defined]


PERSONAL_LABELS = [("occupation", _("Occupation")), ("native_place", _("Native place"))]


class PersonalForm(forms.Form):
    """What is kept of a person under his consent."""

    occupation = forms.CharField(label=_("Occupation"), max_length=80, required=False)
    native_place = forms.CharField(label=_("Native place"), max_length=80, required=False)


class ConsentForm(forms.Form):
    """A person agreed that a field is kept of him."""

    field = forms.ChoiceField(label=_("Field"), choices=PERSONAL_LABELS)
    given_on = forms.DateField(label=_("Given on"), widget=DayInput)
    means = forms.CharField(
        label=_("By which means"),
        max_length=200,
        help_text=_("Such as: said on a visit, by letter, by message."),
    )


class NoteForm(forms.Form):
    """Something learnt of a person, on a day."""

    on = forms.DateField(label=_("Day"), widget=DayInput)
    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea({"rows": 3}))


def _yuan(label: Any, digits: int) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=digits, decimal_places=2, min_value=0, required=False)


class StageForm(forms.Form):
    """A stage a customer enters."""

    stage = forms.ChoiceField(label=_("Life-cycle stage"))
    on = forms.DateField(label=_("Starts on"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, stages: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = stages  # type: ignore[attr-defined]


class ContractForm(forms.Form):
    """A contract."""

    number = forms.CharField(label=_("Contract number"), max_length=60)
    title = forms.CharField(label=_("Contract title"), max_length=200)
    kind = forms.CharField(label=_("Kind"), max_length=60, required=False)
    amount_yuan = _yuan(_("Amount in yuan"), 18)
    starts_on = forms.DateField(label=_("Starts on"), widget=DayInput)
    ends_before = forms.DateField(label=_("Until before"), widget=DayInput, required=False)
    notice_days = forms.IntegerField(
        label=_("Days of notice"),
        min_value=0,
        max_value=3650,
        initial=60,
        help_text=_("Renewal is spoken of so many days before the end."),
    )
    terms = forms.CharField(
        label=_("Terms"), max_length=10_000, widget=forms.Textarea({"rows": 6}), required=False
    )


class BusinessForm(forms.Form):
    """A product or service in use."""

    product = forms.CharField(label=_("Product or service"), max_length=120)
    number = forms.CharField(label=_("Number or line"), max_length=80, required=False)
    monthly_yuan = _yuan(_("Monthly amount in yuan"), 14)
    starts_on = forms.DateField(label=_("Starts on"), widget=DayInput)
    ends_before = forms.DateField(label=_("Until before"), widget=DayInput, required=False)


class EndForm(forms.Form):
    """The day something ends."""

    on = forms.DateField(label=_("First day without it"), widget=DayInput)


class SiteForm(forms.Form):
    """A place of the customer. Coordinates may be given in the datum of the map they were read from."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    datum = forms.ChoiceField(
        label=_("Datum of the source"),
        choices=[(name, name) for name in DATUMS],
        help_text=_(
            "Amap and Tencent give GCJ-02, Baidu BD-09, a GPS receiver WGS-84. A wrong datum is 300–500 m off."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "lat" in data and "lon" in data and "datum" in data:
            try:
                data["stored"] = stored_place(data["lat"], data["lon"], DATUMS[data["datum"]])
            except RuleBroken as error:
                self.add_error("lat", say_error(error))
        return data

    def values(self) -> dict[str, Any]:
        """What is stored: WGS-84 with the source's datum beside."""
        data = self.cleaned_data
        lat, lon = data["stored"]
        return {
            "name": data["name"],
            "address": data["address"],
            "lat": lat,
            "lon": lon,
            "source_datum": DATUMS[data["datum"]].value,
        }


class DatedChange(forms.Form):
    """A change that takes effect on a day and has a reason."""

    on = forms.DateField(label=_("Starts on"), widget=DayInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept in the history; changes of who serves a customer are to be rare and explained."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": clock.today()})
        super().__init__(*args, **kwargs)


class AssignForm(DatedChange):
    """Who is to serve."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)
    person = forms.TypedChoiceField(label=_("Person"), coerce=int, required=False, empty_value=None)
    field_order = ("role", "person", "on", "reason")

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = org.list_serving_people(unit_ids)
        self.fields["person"].choices = [("", _("Nobody")), *((p.pk, f"{p.name} · {p.code}") for p in people)]  # type: ignore[attr-defined]


class MoveForm(DatedChange):
    """Which unit is to be the home unit."""

    unit = forms.TypedChoiceField(label=_("Home unit"), coerce=int)
    field_order = ("unit", "on", "reason")

    def __init__(self, *args: Any, units: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
