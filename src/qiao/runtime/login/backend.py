"""Who a session belongs to, from the row its session brought along."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's checks of name and password; the user of a request is read together with its session."""

    def get_user(self, user_id: Any) -> Any:
        from qiao.runtime import stamps

        request = stamps.this_request()
        user = request.user if request is not None else None
        if user is None or user.pk != user_id:
            return super().get_user(user_id)
        return user if self.user_can_authenticate(user) else None
