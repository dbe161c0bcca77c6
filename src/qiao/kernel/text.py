"""Words that belong to data, not to the program: each said in Chinese and in English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """The same words in both languages. The Chinese is never empty; English falls back to it."""

    zh: str
    en: str = ""

    def __post_init__(self) -> None:
        if not self.zh:
            raise ValueError("a text has at least its Chinese words")

    def said_in(self, language: str) -> str:
        """The words for a reader of ``language`` (``zh-hans``, ``en`` …)."""
        return self.zh if language.startswith("zh") else self.en or self.zh

    def __str__(self) -> str:
        return self.zh
