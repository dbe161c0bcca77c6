"""Personal data of people at customers: what for, with whose consent, how long. Requirement 5.1."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from qiao.kernel.errors import N_, RuleBroken
from qiao.kernel.text import Text
from qiao.rulebook.core.faults import Fault, twice_faults
from qiao.rulebook.core.kinds import ArticleKind
from qiao.rulebook.core.terms import Choice, term


class PersonalField(Choice):
    """What is kept of a person beyond his part in the business."""

    OCCUPATION = "occupation", N_("Occupation")
    NATIVE_PLACE = "native_place", N_("Native place")


PERSONAL_FIELDS = tuple(one.value for one in PersonalField)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What is asked of one field.

    Attributes:
        field: Which.
        purpose: What it is kept for, as it is said to the person.
        needs_consent: Whether the person must have agreed.
        keep_months: How long after the consent it may be kept; None as long as the person is a contact.
    """

    field: PersonalField = term(N_("field"))
    purpose: Text = term(N_("purpose"))
    needs_consent: bool = term(N_("needs consent"))
    keep_months: int | None = term(N_("kept for months"), unit="months", at_least=1, default=None)


@dataclass(frozen=True, slots=True)
class PersonalDataPolicy:
    """Which personal data of contacts may be kept. A field no rule names may not."""

    fields: tuple[FieldRule, ...] = term(N_("fields"))


def _check(body: PersonalDataPolicy) -> list[Fault]:
    return twice_faults([rule.field for rule in body.fields], "fields")


PERSONAL_DATA = ArticleKind(
    code="personal_data",
    label=N_("Personal data of contacts"),
    help=N_("Which personal data of people at customers may be kept, what for, with consent, and how long."),
    body_type=PersonalDataPolicy,
    check=_check,
    order=80,
)


def check_agreed(
    policy: PersonalDataPolicy | None, agreed: Collection[str], values: Mapping[str, str]
) -> None:
    """Refuse what may not be kept, or not without consent. Emptying a field is always allowed.

    Args:
        policy: The article in force; None where there is none.
        agreed: Fields the person has agreed to and not withdrawn.
        values: What is to be kept, by field.

    Raises:
        RuleBroken: At the first field that may not be filled.
    """
    rules = {rule.field.value: rule for rule in policy.fields} if policy else {}
    for field, value in values.items():
        if not value:
            continue
        if field not in rules:
            raise RuleBroken(N_("No article says what this may be kept for."), code="no_purpose", field=field)
        if rules[field].needs_consent and field not in agreed:
            raise RuleBroken(
                N_("The person has not agreed to this being kept; note the consent first."),
                code="no_consent", field=field,
            )  # fmt: skip
