"""Second factors: what a session must have shown, how keys are named and kept."""

import io
from typing import Any

import segno
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from qiao.runtime.sealing import seal, unseal

from . import actions

SHOWN = "second_factor"  # in a session: whose second factor it has shown
LABELS = {"totp": "authenticator app", "webauthn": "passkey", "recovery_codes": "recovery codes"}


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth leaves open: the secrets at rest, the QR code, names."""

    def encrypt(self, text: str) -> str:
        """A copy of the database alone opens no log-in."""
        return seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """A QR code, drawn without another library."""
        out = io.BytesIO()
        segno.make(url, error="m").save(out, kind="svg", border=2, scale=6, xmldecl=False)
        return out.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name to begin with; its owner says better what it is."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": _("Qiao")}


def has_shown(request: HttpRequest) -> bool:
    """Whether this session was opened with, or has since shown, its user's second factor."""
    return request.session.get(SHOWN) == str(request.user.pk)


def record_factors() -> None:
    """Connect the recorder to allauth's signals."""

    def shown(request: HttpRequest, user: Any, **_: Any) -> None:
        request.session[SHOWN] = str(user.pk)

    def added(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
        if authenticator.type != Authenticator.Type.RECOVERY_CODES:
            shown(request, user)
        _record(request, "factor_added", user, authenticator)

    def removed(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
        _record(request, "factor_removed", user, authenticator)
        if not Authenticator.objects.filter(user=user).exists():
            request.session.pop(SHOWN, None)

    def failed(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
        _record(request, "failed", user, authenticator)

    for signal, call in (
        (signals.authenticator_used, shown), (signals.authenticator_added, added),
        (signals.authenticator_removed, removed), (signals.authentication_failed, failed),
    ):  # fmt: skip
        signal.connect(call, dispatch_uid=f"record_{call.__name__}_factor", weak=False)


def _record(request: HttpRequest, outcome: str, user: Any, authenticator: Any) -> None:
    label = LABELS.get(authenticator.type, authenticator.type)
    name = f" “{authenticator.wrap().name}”" if authenticator.type == Authenticator.Type.WEBAUTHN else ""
    actions.record_log_in(
        request, outcome=outcome, user=user, username=user.get_username(), detail=f"{label}{name}"
    )
