"""Forms of directories: by which rules they are compared, where a department belongs, why many leave."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.org import queries
from qiao.org.core.directory import FIELDS, KEYS, words
from qiao.runtime.i18n import pick, say


class SetupForm(forms.Form):
    """By which rules a directory is compared."""

    first = forms.ChoiceField(
        label=_("Looked for first by"), required=False,
        help_text=_("Always before: the user id there, once it is noted. The first of these that fits anybody decides."),
    )  # fmt: skip
    second = forms.ChoiceField(label=_("then by"), required=False)
    third = forms.ChoiceField(
        label=_("last by"), required=False,
        help_text=_("By phone or e-mail the name must agree too: members change these themselves."),
    )  # fmt: skip
    fields_taken = forms.MultipleChoiceField(
        label=_("What is taken over"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the directory tells; what it leaves empty stays as it is here."),
    )  # fmt: skip
    number_attribute = forms.CharField(
        label=_("Attribute with the staff number"), max_length=40, required=False,
        help_text=_("WeCom: name of the member attribute that holds it, as the administrator called it there. DingTalk has a field for it."),
    )  # fmt: skip
    number_is_account = forms.BooleanField(label=_("The user id is the staff number"), required=False)
    joiner_role = forms.TypedChoiceField(
        label=_("Role of who joins"), coerce=int, required=False, empty_value=None,
        help_text=_("He is posted in it to the unit of his department. Empty: he is entered without a post."),
    )  # fmt: skip
    leavers_pct = forms.DecimalField(
        label=_("May leave at once, % of those known there"), min_value=0, max_value=100, decimal_places=1, initial=5,
        help_text=_("If more would leave, somebody must say why before it is applied."),
    )  # fmt: skip
    leavers_always = forms.IntegerField(
        label=_("People who may always leave at once"), min_value=0, max_value=10_000, initial=3
    )
    nightly = forms.ChoiceField(
        label=_("Every night"),
        help_text=_("Trouble, and what needs a person, is told once to who keeps directories."),
    )

    def __init__(self, *args: Any, setup: Any, **kwargs: Any) -> None:
        keys = [*setup.keys, "", "", ""]
        initial = {
            "first": keys[0], "second": keys[1], "third": keys[2], "fields_taken": setup.fields,
            "number_attribute": setup.number_attribute, "number_is_account": setup.number_is_account,
            "joiner_role": setup.joiner_role_id or "", "leavers_pct": (setup.leavers_share * 100).quantize(Decimal("0.1")),
            "leavers_always": setup.leavers_always, "nightly": setup.nightly,
        }  # fmt: skip
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        known = [("", "—"), *((key, say(words.KEYS[key])) for key in KEYS)]
        for name in ("first", "second", "third"):
            self.fields[name].choices = known  # type: ignore[attr-defined]
        self.fields["fields_taken"].choices = [(f, say(words.FIELDS[f])) for f in FIELDS]  # type: ignore[attr-defined]
        roles = [(role.pk, pick(role.name_zh, role.name_en)) for role in queries.list_role_types()]
        self.fields["joiner_role"].choices = [("", "—"), *roles]  # type: ignore[attr-defined]
        self.fields["nightly"].choices = [(code, say(text)) for code, text in words.NIGHTLY.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Columns of the settings."""
        values = super().clean() or {}
        if self.errors:
            return values
        keys = [values.pop(name) for name in ("first", "second", "third")]
        role = values.pop("joiner_role")
        return {
            "keys": [key for key in keys if key], "fields": values.pop("fields_taken"),
            "joiner_role": queries.get_role_type(role) if role else None,
            "leavers_share": values.pop("leavers_pct") / 100, **values,
        }  # fmt: skip


class PlaceForm(forms.Form):
    """Where a department belongs."""

    treatment = forms.ChoiceField(label=_("Its members"), widget=forms.RadioSelect)
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(text)) for code, text in words.TREATMENTS.items() if code]
        self.fields["treatment"].choices = choices  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
