"""Forms of work."""

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.kernel.errors import RuleBroken
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, EventKind, list_registered
from qiao.runtime.i18n import say, say_error
from qiao.runtime.outgoing import check_address


class Day(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Instant(forms.DateTimeInput):
    """An instant, picked or typed."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PersonField(forms.TypedChoiceField):
    """A person among those given to :meth:`among`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def among(self, people: Any) -> None:
        """Offer these people, by name."""
        self.choices = [
            ("", "—"),
            *((p.pk, f"{p.name} · {p.code}") for p in people.order_by("pinyin", "id")[:2000]),
        ]


class TaskForm(forms.Form):
    """Something to do, for whom, until when."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    owner = PersonField(label=_("Owner"))
    due_at = forms.DateTimeField(label=_("Due"), widget=Instant, required=False)
    warn_hours = forms.IntegerField(
        label=_("Warn before (hours)"), min_value=0, max_value=999, required=False, initial=2
    )
    text = forms.CharField(label=_("Text"), widget=forms.Textarea, required=False, max_length=5000)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].among(people)  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What came of a task."""

    outcome = forms.CharField(label=_("Outcome"), widget=forms.Textarea, max_length=5000)


class ReasonForm(forms.Form):
    """Why a task is dropped."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=2000)


class HandOnForm(forms.Form):
    """Who takes a task over."""

    owner = PersonField(label=_("New owner"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].among(people)  # type: ignore[attr-defined]


class PauseForm(forms.Form):
    """Why a clock stands still."""

    reason = forms.ChoiceField(label=_("Reason"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(code, say(label)) for code, label in reasons]  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """To which stage a request is returned, and why."""

    to_stage = forms.TypedChoiceField(label=_("Return to"), coerce=int)
    comment = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=2000)

    def __init__(self, *args: Any, stages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_stage"].choices = [  # type: ignore[attr-defined]
            (0, _("The author")),
            *((stage.number, f"{stage.number} · {stage.name}") for stage in stages),
        ]


class SignerForm(forms.Form):
    """Who signs as well."""

    signer = PersonField(label=_("Signer"))
    comment = forms.CharField(label=_("Comment"), widget=forms.Textarea, max_length=2000, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer"].among(people)  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """Who decides in one's place, when, and what."""

    delegate = PersonField(label=_("Delegate"))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    starts_on = forms.DateField(label=_("Starts on"), widget=Day)
    last_on = forms.DateField(label=_("Last day"), widget=Day)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        today = clock.today()
        kwargs.setdefault("initial", {"starts_on": today, "last_on": today + timedelta(days=6)})
        super().__init__(*args, **kwargs)
        self.fields["delegate"].among(people)  # type: ignore[attr-defined]
        kinds = [(kind.code, say(kind.label)) for kind in list_registered(ApprovalKind)]
        self.fields["kind"].choices = [("", _("Every kind")), *kinds]  # type: ignore[attr-defined]


def colleagues(viewer: Any) -> Any:
    """People one may name: everybody in service, by name and number only."""
    return org.list_in_service(clock.today()).exclude(pk=viewer.person_id)


NOTICE_KINDS = (
    ("policy", _("Policy")),
    ("price", _("Price")),
    ("product", _("Product")),
    ("work", _("Work")),
    ("other", _("Other")),
)


class NoticeForm(forms.Form):
    """A notice."""

    title = forms.CharField(label=_("Subject"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=NOTICE_KINDS)
    unit = forms.TypedChoiceField(
        label=_("Unit"), coerce=int, help_text=_("Everybody with a post there or below reads it.")
    )
    text = forms.CharField(label=_("Text"), widget=forms.Textarea, max_length=20_000)
    acknowledge_by = forms.DateField(label=_("Acknowledge by"), widget=Day, required=False)
    for_customers = forms.BooleanField(label=_("Managers carry it on to their customers"), required=False)

    def __init__(self, *args: Any, unit_ids: Any, tree: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (u, "　" * depth + org.unit_name(tree, u)) for u, depth in tree.walk() if u in unit_ids
        ]


class TellingForm(forms.Form):
    """How one wants to be told."""

    MODES = (("at_once", _("At once")), ("digest", _("Once a day, together")), ("off", _("Not at all")))

    def __init__(self, *args: Any, channels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel in channels:
            self.fields[channel.code] = forms.ChoiceField(label=say(channel.label), choices=self.MODES)
        clock_input = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        self.fields["begins"] = forms.TimeField(label=_("Quiet from"), required=False, widget=clock_input)
        self.fields["ends"] = forms.TimeField(label=_("Quiet until"), required=False, widget=clock_input)
        self.fields["digest_at"] = forms.TimeField(
            label=_("Daily message at"), required=False, widget=clock_input, help_text=_("08:30 when empty.")
        )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends or none."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if (values.get("begins") is None) != (values.get("ends") is None):
            self.add_error("ends", _("Give both ends of the quiet hours, or none."))
        return values


class BrowserForm(forms.Form):
    """A browser's subscription."""

    subscription = forms.CharField(max_length=2000)

    def clean_subscription(self) -> str:
        """A subscription with an https endpoint outside the own network, in one canonical text."""
        try:
            given = json.loads(self.cleaned_data["subscription"])
            endpoint = str(given["endpoint"])
            kept = {
                "endpoint": endpoint,
                "keys": {"p256dh": str(given["keys"]["p256dh"]), "auth": str(given["keys"]["auth"])},
            }
        except (ValueError, KeyError, TypeError):
            raise forms.ValidationError(_("This is no browser subscription.")) from None
        try:
            check_address(endpoint)
        except RuleBroken as refusal:
            raise forms.ValidationError(say_error(refusal)) from None
        return json.dumps(kept, sort_keys=True)


class ChannelForm(forms.Form):
    """Settings of a channel; secrets are never shown again."""

    is_on = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: Any, channel: Any, kept: Any, is_on: bool, **kwargs: Any) -> None:
        values = {f.code: kept.get(f.code, f.default) for f in channel.fields if not f.secret}
        kwargs["initial"] = {**values, "is_on": is_on}
        super().__init__(*args, **kwargs)
        for field in channel.fields:
            known = field.secret and kept.get(field.code)
            self.fields[field.code] = forms.CharField(
                label=say(field.label), required=False, max_length=1000,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}) if field.secret else forms.TextInput,
                help_text=_("Entered before; leave empty to keep it.") if known else "",
            )  # fmt: skip


class WebhookForm(forms.Form):
    """A system to tell."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(label=_("Address"), max_length=500)
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)
    is_on = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, say(kind.label)) for kind in list_registered(EventKind)]
        self.fields["events"].choices = kinds  # type: ignore[attr-defined]
