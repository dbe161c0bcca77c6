"""Forms of the rulebook."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DraftForm(forms.Form):
    """An article in its stored form."""

    text = forms.CharField(
        label=_("Text of the article"),
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "q-code"}),
        max_length=1_000_000,
        strip=False,
    )


class EndForm(forms.Form):
    """When and why an article ends."""

    on = forms.DateField(label=_("First day without it"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)
