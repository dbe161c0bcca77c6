"""Forms of second factors, in our words."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class _Code(forms.CharField):
    def __init__(self) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        super().__init__(label=_("Verification code"), widget=forms.TextInput(attrs=attrs), max_length=40)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """Digits of the app, or a recovery code, at log-in."""

    code = _Code()


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The same, before something that needs it once more."""

    code = _Code()


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first digits an app shows."""

    code = _Code()


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey with its name."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    passwordless = forms.BooleanField(label=_("It may log in alone, without the password"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=60)
