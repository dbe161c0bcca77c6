"""What is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, already in his language.

    Attributes:
        title: One line.
        text: The whole, title included or not as the channel likes.
        url: Page to open, absolute; empty when the server's address is not known.
        more: What a channel with room for it shows below: plain text.
        more_html: The same as HTML, without scripts, pictures or styles.
    """

    title: str
    text: str
    url: str = ""
    more: str = ""
    more_html: str = ""
