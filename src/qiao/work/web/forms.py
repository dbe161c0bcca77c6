"""Forms of work."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, list_registered
from qiao.runtime.i18n import say


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
