"""Texts of our scripts: ``say("…")`` in ``static/qiao/*.js`` finds its translation here."""

from functools import lru_cache

from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from qiao.kernel.errors import N_

TEXTS = (
    N_("The connection failed; nothing was saved. Check the network and try again."),
    N_("The server took too long or is not reachable."),
    N_("A draft from this device was restored."),
    N_("Discard the draft"),
    N_("no figure"),
    N_("Cumulative share of customers"),
    N_("Cumulative share of business"),
    N_("%(n)s selected"),
    N_("This browser cannot be notified. It needs an HTTPS address and your permission."),
    N_("The passkey was not used: it was cancelled, timed out, or is not known here."),
    N_("This browser knows no passkeys, or the address is not HTTPS."),
    N_("Zoom in"),
    N_("Zoom out"),
    N_("Undo"),
)


def script_texts() -> SafeString:
    """Source text → text in the reader's language, as the element every page carries."""
    return _element(get_language() or "")


@lru_cache(8)
def _element(language: str) -> SafeString:
    return json_script({text: gettext(text) for text in TEXTS}, "q-texts")
