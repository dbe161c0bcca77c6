"""Texts of our scripts: ``say("…")`` in ``static/qiao/*.js`` finds its translation here."""

from django.utils.translation import gettext

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
    N_("Zoom in"),
    N_("Zoom out"),
)


def script_texts() -> dict[str, str]:
    """Source text → text in the reader's language."""
    return {text: gettext(text) for text in TEXTS}
