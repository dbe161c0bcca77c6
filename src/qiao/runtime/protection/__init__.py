"""Protected fields: what of a record a role may read, masked or plain, field by field.

A context registers each with :func:`qiao.runtime.contributions.register`; a role type says how far its people see it.
Pages write such a value with ``{% protected "contact.phone" value pk %}``, lists with ``Column(protected=…)``, the API
with :func:`protect`. Somebody who sees a value masked may open one at a time where his role says so, and that is noted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from qiao.kernel.errors import N_, RuleBroken

from ..contributions import find_registered, list_registered


class Sight(IntEnum):
    """How far somebody sees a protected field; of several posts the widest counts."""

    HIDDEN = 0
    MASKED = 1
    ON_REQUEST = 2
    OPEN = 3

    @classmethod
    def named(cls, code: str) -> "Sight":
        """The sight a stored code stands for."""
        return cls[code.upper()]

    @property
    def code(self) -> str:
        """As it is stored and told to programs."""
        return self.name.lower()


SIGHT_WORDS = {
    Sight.HIDDEN: N_("Hidden"),
    Sight.MASKED: N_("Masked"),
    Sight.ON_REQUEST: N_("Masked, opened one by one and noted"),
    Sight.OPEN: N_("Plain"),
}
HIDDEN_MARK = "***"


def mask_text(value: str) -> str:
    """The first character only."""
    return f"{value[:1]}**" if value else ""


def mask_number(value: str) -> str:
    """A phone or another number: of eleven digits the first three and the last four, of short ones the last two."""
    if not value:
        return ""
    if len(value) >= 9:
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    return f"{'*' * max(3, len(value) - 2)}{value[-2:] if len(value) > 4 else ''}"


def mask_mailbox(value: str) -> str:
    """The first letter and the house of a mail address."""
    name, at, house = value.rpartition("@")
    return f"{name[:1]}***@{house}" if at else mask_text(value)


@dataclass(frozen=True, slots=True)
class ProtectedField:
    """A field of a kind of record that not everybody who sees the record may read. Source: requirement 14.5.

    Attributes:
        code: ``kind.field``, as pages, lists and role types name it.
        label: What it is called.
        read: (viewer, pk) → the plain value, for who opens one: checks that the viewer may see the record.
        record_of: pk → kind and pk of the record it stands on, for the note of who read it.
        column: ``app.Model.field`` in the audit, whose values are masked alike; empty for none.
        mask: Plain value → what is shown of it.
        default: The sight of a role type that says nothing of it.
        scheme: ``tel:`` or ``mailto:`` for a link on the plain value.
    """

    code: str
    label: str
    read: Callable[[Any, int], str]
    record_of: Callable[[int], tuple[str, int]]
    column: str = ""
    mask: Callable[[str], str] = mask_text
    default: Sight = Sight.ON_REQUEST
    scheme: str = ""
    order: int = 100


def list_protected() -> list[ProtectedField]:
    """All protected fields, in order."""
    return list_registered(ProtectedField)


def find_protected(code: str) -> ProtectedField | None:
    """The protected field of a code."""
    return find_registered(ProtectedField, code)


def sights_of(role_sights: Iterable[dict[str, str]]) -> dict[str, Sight]:
    """The sight of every protected field under several role types together: the widest counts.

    Args:
        role_sights: For each post what its role type says: code of the field → code of the sight.
    """
    roles = list(role_sights)
    return {
        field.code: max(
            (Sight.named(role[field.code]) if field.code in role else field.default for role in roles),
            default=Sight.HIDDEN,
        )
        for field in list_protected()
    }


def shown(viewer: Any, code: str, value: Any) -> Any:
    """A value as the viewer may see it: plain, masked, or three stars. Empty stays empty: that nothing is there is no secret."""
    if value in (None, ""):
        return value
    sight = viewer.sight(code)
    if sight is Sight.OPEN:
        return value
    field = find_protected(code)
    if sight is Sight.HIDDEN or field is None:
        return HIDDEN_MARK
    return field.mask(str(value))


def is_plain(viewer: Any, code: str) -> bool:
    """Whether the viewer reads the field without asking."""
    return bool(viewer.sight(code) is Sight.OPEN)


def protect(code: str, attribute: str) -> Any:
    """A resolver of an API schema that gives an attribute as the caller may see it."""

    def resolve(row: Any, context: Any) -> Any:
        value = row[attribute] if isinstance(row, dict) else getattr(row, attribute)
        return shown(context["request"].viewer, code, value)

    return staticmethod(resolve)


def withheld(viewer: Any, fields: Mapping[str, str]) -> set[str]:
    """Names of form fields whose protected field the viewer does not read plain: nobody writes over what he cannot see.

    Args:
        fields: Name in the form → code of the protected field.
    """
    return {name for name, code in fields.items() if not is_plain(viewer, code)}


def check_not_withheld(viewer: Any, fields: Mapping[str, str], values: dict[str, Any]) -> None:
    """Take what the viewer may not read out of the values of a change; refuse a value sent for it.

    Raises:
        RuleBroken: A value is given for a field that is not seen plain.
    """
    for name in withheld(viewer, fields):
        if values.pop(name, None) not in (None, ""):
            raise RuleBroken(
                N_("Your role sees this field masked; what is not seen is not written over."),
                code="protected", field=name,
            )  # fmt: skip
