"""Forms of what hangs on records."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
