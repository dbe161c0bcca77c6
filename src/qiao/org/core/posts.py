"""Job descriptions as people write them: one duty a line, one must-know a line, both languages side by side."""

from qiao.kernel.errors import N_, RuleBroken

MOST_LINES = 60
MOST_LETTERS = 300


def pair_lines(zh: str, en: str, *, field: str) -> tuple[tuple[str, str], ...]:
    """Lines of two texts side by side; without an English text its side is empty.

    Args:
        zh: Chinese text, one thing a line; blank lines are left out.
        en: The same in English with as many lines, or nothing.
        field: The field of the English text, for a refusal.

    Raises:
        RuleBroken: The texts have different numbers of lines, too many, or a line is too long.
    """
    left, right = (
        [line.strip(" \t•-") for line in text.splitlines() if line.strip(" \t•-")] for text in (zh, en)
    )
    if right and len(right) != len(left):
        raise RuleBroken(
            N_("The Chinese text has %(zh)s lines, the English one %(en)s; each line needs its own."),
            code="lines_differ", field=field, zh=len(left), en=len(right),
        )  # fmt: skip
    if len(left) > MOST_LINES or any(len(line) > MOST_LETTERS for line in (*left, *right)):
        raise RuleBroken(
            N_("At most %(lines)s lines of %(letters)s letters."),
            code="lines_long", field=field, lines=MOST_LINES, letters=MOST_LETTERS,
        )  # fmt: skip
    return tuple(zip(left, right or [""] * len(left), strict=True))
