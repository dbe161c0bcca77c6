"""Reads of log-ins."""

from qiao.runtime.models import User


def find_log_in(username: str) -> User | None:
    """The active log-in of this name."""
    return User.objects.filter(username=username, is_active=True).first()
