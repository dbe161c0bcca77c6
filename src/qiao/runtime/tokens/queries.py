"""Reads of tokens."""

from collections.abc import Sequence

from qiao.runtime.models import ApiToken


def list_tokens(user_id: int) -> Sequence[ApiToken]:
    """A user's own tokens, newest first."""
    return list(ApiToken.objects.filter(user_id=user_id).order_by("-created_at"))
