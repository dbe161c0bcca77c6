"""What the surroundings say, read once, typed, loud when wrong.

Every variable Qiao reads is a field here; a malformed one stops start-up with all complaints at once.
"""

import os
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qiao.kernel.errors import BadSettings

ATTACHMENT_TYPES = ("jpeg", "png", "webp", "pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "txt")


@dataclass(frozen=True, slots=True)
class Environment:
    """One enterprise's surroundings. Read with :func:`read_environment`.

    Attributes:
        home: Folder of this enterprise: database, lake, secrets (``QIAO_HOME``).
        database_url: A PostgreSQL server to use instead of the embedded one, or None (``QIAO_DATABASE_URL``).
        bind: Address the web server listens on; loopback unless said otherwise (``QIAO_BIND``).
        port: Port of the web server (``QIAO_PORT``).
        hosts: Host names answered to (``QIAO_HOSTS``, comma-separated).
        debug: Development mode (``QIAO_DEBUG``).
        today: A fixed "today" for demonstrations and tests, or None (``QIAO_TODAY``).
        time_zone: Name of the enterprise's time zone (``QIAO_TIME_ZONE``).
        tile_url: Leaflet tile address, empty for the quiet blank base (``QIAO_TILE_URL``).
        tile_datum: Datum of those tiles: wgs84, or gcj02 for tiles made in China (``QIAO_TILE_DATUM``). Positions are
            stored as WGS-84 and converted when drawn; a wrong datum draws them 300-500 m beside their place.
        behind_tls: Cookies only over HTTPS (``QIAO_BEHIND_TLS``).
        public_url: Address people reach the server at, for links in messages (``QIAO_PUBLIC_URL``).
        inner_addresses: Webhooks and pushes may go into the own network (``QIAO_INNER_ADDRESSES``).
        engine: Engine that computes indicators: duckdb or spark (``QIAO_ENGINE``).
        comment_characters: Longest comment, in characters (``QIAO_COMMENT_CHARACTERS``).
        attachment_mb: Largest attachment, in megabytes (``QIAO_ATTACHMENT_MB``).
        attachments_gb: Room for all attachments together, in gigabytes (``QIAO_ATTACHMENTS_GB``).
        attachment_types: Types of attachments that are kept, comma-separated (``QIAO_ATTACHMENT_TYPES``).
        picture_megapixels: Pictures of more million pixels are not opened (``QIAO_PICTURE_MEGAPIXELS``).
        picture_side: Longest side of a kept picture, in pixels (``QIAO_PICTURE_SIDE``).
        currency: The enterprise's one currency (``QIAO_CURRENCY``); without it what the home's file ``currency`` says.
    """

    home: Path
    database_url: str | None
    bind: str
    port: int
    hosts: tuple[str, ...]
    debug: bool
    today: date | None
    time_zone: str
    tile_url: str
    tile_datum: str
    behind_tls: bool
    public_url: str
    inner_addresses: bool
    engine: str
    currency: str
    comment_characters: int
    attachment_mb: int
    attachments_gb: int
    attachment_types: frozenset[str]
    picture_megapixels: int
    picture_side: int


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Read and check every variable.

    Args:
        source: Variables by name; the process environment when None.

    Raises:
        BadSettings: With one line per malformed variable.
    """
    values = os.environ if source is None else source
    complaints: list[str] = []

    def flag(name: str) -> bool:
        text = values.get(name, "0").strip().lower()
        if text not in {"", "0", "1", "true", "false", "yes", "no"}:
            complaints.append(f"{name}={text!r}: say 1 or 0")
        return text in {"1", "true", "yes"}

    def number(name: str, default: int) -> int:
        text = values.get(name, str(default))
        if not text.isdecimal() or not 0 < int(text) < 65536:
            complaints.append(f"{name}={text!r}: a port is a number from 1 to 65535")
            return default
        return int(text)

    def count(name: str, default: int, least: int, most: int) -> int:
        text = values.get(name, "").strip() or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            complaints.append(f"{name}={text!r}: a number from {least} to {most}")
            return default
        return int(text)

    def some(name: str, known: tuple[str, ...]) -> frozenset[str]:
        chosen = frozenset(filter(None, (part.strip().lower() for part in values.get(name, "").split(","))))
        if unknown := sorted(chosen - set(known)):
            complaints.append(f"{name}: {', '.join(unknown)} unknown; choose among {', '.join(known)}")
        return chosen or frozenset(known)

    def day(name: str) -> date | None:
        text = values.get(name, "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            complaints.append(f"{name}={text!r}: write a date as 2026-11-22")
            return None

    def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = values.get(name, default).strip() or default
        if text not in allowed:
            complaints.append(f"{name}={text!r}: one of {', '.join(allowed)}")
        return text

    database_url = values.get("QIAO_DATABASE_URL", "").strip() or None
    if database_url and not database_url.startswith(("postgresql://", "postgres://")):
        complaints.append("QIAO_DATABASE_URL: starts with postgresql://")
    public_url = values.get("QIAO_PUBLIC_URL", "").strip().rstrip("/")
    if public_url and not public_url.startswith(("https://", "http://")):
        complaints.append(f"QIAO_PUBLIC_URL={public_url!r}: begins with https://")
    time_zone = values.get("QIAO_TIME_ZONE", "Asia/Shanghai").strip()
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        complaints.append(f"QIAO_TIME_ZONE={time_zone!r}: no such time zone")
    home = Path(values.get("QIAO_HOME", "").strip() or ".qiao").absolute()
    kept = home / "currency"
    environment = Environment(
        home=home,
        database_url=database_url,
        bind=values.get("QIAO_BIND", "127.0.0.1").strip(),
        port=number("QIAO_PORT", 8000),
        hosts=tuple(
            h.strip() for h in values.get("QIAO_HOSTS", "127.0.0.1,localhost").split(",") if h.strip()
        ),
        debug=flag("QIAO_DEBUG"),
        today=day("QIAO_TODAY"),
        time_zone=time_zone,
        tile_url=values.get("QIAO_TILE_URL", "").strip(),
        tile_datum=choice("QIAO_TILE_DATUM", "wgs84", ("wgs84", "gcj02")),
        behind_tls=flag("QIAO_BEHIND_TLS"),
        public_url=public_url,
        inner_addresses=flag("QIAO_INNER_ADDRESSES"),
        engine=choice("QIAO_ENGINE", "duckdb", ("duckdb", "spark")),
        currency=choice(
            "QIAO_CURRENCY",
            kept.read_text(encoding="utf-8").strip() if kept.is_file() else "CNY",
            ("CNY", "USD", "EUR"),
        ),
        comment_characters=count("QIAO_COMMENT_CHARACTERS", 10_000, 100, 1_000_000),
        attachment_mb=count("QIAO_ATTACHMENT_MB", 25, 1, 2000),
        attachments_gb=count("QIAO_ATTACHMENTS_GB", 50, 1, 100_000),
        attachment_types=some("QIAO_ATTACHMENT_TYPES", ATTACHMENT_TYPES),
        picture_megapixels=count("QIAO_PICTURE_MEGAPIXELS", 50, 1, 500),
        picture_side=count("QIAO_PICTURE_SIDE", 2560, 320, 10_000),
    )
    if complaints:
        raise BadSettings(complaints)
    return environment
