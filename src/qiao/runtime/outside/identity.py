"""What another system says of who logged in there."""

from dataclasses import dataclass
from typing import Any

# Who vouches for a whole enterprise's people: their ids are ids of its directory.
DIRECTORIES = ("wecom", "dingtalk", "feishu")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody, as another system knows him.

    Attributes:
        provider: Which system: oidc, wecom, dingtalk or feishu.
        ids: Ids by which its directory may list him, the most particular first; empty strings left out.
        email: An address that system has verified, else empty.
        username: His log-in name there.
        name: What he is called there.
    """

    provider: str
    ids: tuple[str, ...]
    email: str = ""
    username: str = ""
    name: str = ""

    @property
    def shown(self) -> str:
        """What an administrator needs to know him by."""
        return " · ".join(one for one in (self.name, self.email or self.username, *self.ids[:1]) if one)


def read_identity(provider: str, said: dict[str, Any]) -> Identity:
    """Who an answer speaks of.

    Args:
        provider: As the settings call it.
        said: What the provider keeps of the answer (allauth's ``extra_data``).
    """
    if provider == "oidc":
        token = said.get("id_token") or {}
        claims = {**(said.get("userinfo") or {}), **token}
        email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
        return Identity(
            "oidc", _some(claims.get("sub")), email, str(claims.get("preferred_username") or ""), str(claims.get("name") or "")
        )  # fmt: skip
    if provider == "wecom":
        return Identity("wecom", _some(said.get("userid")))
    if provider == "dingtalk":
        return Identity(
            "dingtalk", _some(said.get("unionId"), said.get("openId")), name=str(said.get("nick") or "")
        )
    if provider == "feishu":
        ids = _some(said.get("user_id"), said.get("union_id"), said.get("open_id"))
        return Identity("feishu", ids, name=str(said.get("name") or ""))
    return Identity(provider, ())


def _some(*values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value)
