"""Tax numbers with a check digit: the unified social credit code, and numbers made of an identity card's."""

from qiao.kernel.errors import N_, RuleBroken

_LENGTH = 18
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_ENDS = "10X98765432"


def plain_tax_number(text: str) -> str:
    """A tax number without blanks, in capitals: as two are compared."""
    return "".join(text.split()).upper()


def is_credit_code(code: str) -> bool:
    """Whether 18 characters are a unified social credit code.

    Source: GB 32100-2015, 4.6: the sum of each character's place times 3^(i-1) modulo 31.
    """
    if len(code) != _LENGTH or any(c not in _CODE_CHARACTERS for c in code):
        return False
    total = sum(_CODE_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(code[:-1]))
    return _CODE_CHARACTERS[(31 - total % 31) % 31] == code[-1]


def is_card_number(code: str) -> bool:
    """Whether 18 characters are an identity card's number, which one-man businesses are taxed under.

    Source: GB 11643-1999, ISO 7064 MOD 11-2.
    """
    if len(code) != _LENGTH or not code[:-1].isascii() or not code[:-1].isdigit():
        return False
    total = sum(int(c) * weight for c, weight in zip(code, _CARD_WEIGHTS, strict=False))
    return _CARD_ENDS[total % 11] == code[-1]


def checked_tax_number(text: str) -> str:
    """A tax number as stored. Only those of 18 characters have a check digit; others are older or foreign.

    Raises:
        RuleBroken: It has 18 characters and the last does not fit the others.
    """
    code = plain_tax_number(text)
    if len(code) == _LENGTH and not is_credit_code(code) and not is_card_number(code):
        raise RuleBroken(
            N_("This tax number has a slip: its check digit does not fit."),
            code="tax_number_check",
            field="tax_number",
        )
    return code
