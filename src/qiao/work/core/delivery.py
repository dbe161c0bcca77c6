"""When a line is sent over a channel, and when a failed attempt is made again.

A line is sent over each channel at most once: an attempt whose outcome nobody knows is not repeated, because
one event is never told twice. Source: the workbench issue (channels, quiet hours, digest).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

AT_ONCE, DIGEST, OFF = "at_once", "digest", "off"
MODES = (AT_ONCE, DIGEST, OFF)
MORNING = time(8, 30)  # when a digest goes out and what was put off comes back, without a word of the person
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a person is not disturbed.

    Attributes:
        begins: For example 20:00.
        ends: For example 08:00; before ``begins`` means the next morning.
    """

    begins: time
    ends: time

    def ends_after(self, at: datetime) -> datetime | None:
        """The end of the quiet hours the instant lies in, None outside them."""
        if self.begins == self.ends:
            return None
        clock = at.timetz().replace(tzinfo=None)
        over_night = self.ends < self.begins
        if over_night and clock >= self.begins:
            return datetime.combine(at.date() + timedelta(days=1), self.ends, at.tzinfo)
        inside = clock < self.ends if over_night else self.begins <= clock < self.ends
        return datetime.combine(at.date(), self.ends, at.tzinfo) if inside else None


def send_at(now: datetime, mode: str, quiet: Quiet | None, digest_at: time) -> datetime:
    """When a line told now goes out.

    Args:
        now: Aware instant in the enterprise's time zone.
        mode: ``at_once`` or ``digest``.
        quiet: Hours without disturbance.
        digest_at: When the day's digest goes out.
    """
    if mode == DIGEST:
        today = datetime.combine(now.date(), digest_at, now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    return (quiet.ends_after(now) if quiet else None) or now


def try_again_at(now: datetime, attempts: int) -> datetime | None:
    """When a failed attempt is repeated: after 1, 2, 4 … minutes, at most six hours; None after the last.

    Args:
        now: When it failed.
        attempts: How many were made.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait: timedelta = FIRST_WAIT * 2 ** (attempts - 1)
    return now + min(wait, LONGEST_WAIT)


def digest_text(lines: list[tuple[str, str]], heading: str) -> str:
    """One message of several lines.

    Args:
        lines: (text, address) of each.
        heading: Says how many; left out for a single line.
    """
    body = "\n".join(f"{text}\n{url}" if url else text for text, url in lines)
    return body if len(lines) == 1 else f"{heading}\n\n{body}"
