"""What the surroundings say, read once, typed, loud when wrong.

Every variable Qiao reads is a field here; a malformed one stops start-up with all complaints at once.
"""

import os
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from qiao.kernel.errors import BadSettings

ATTACHMENT_TYPES = ("jpeg", "png", "webp", "pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "txt")


@dataclass(frozen=True, slots=True)
class OutsideLogIns:
    """Where people may log in besides with a name and a password; each way is on once its settings are all there.

    Attributes:
        oidc_server: Issuer of an OpenID Connect server, such as https://sso.example.com/realms/main (``QIAO_OIDC_SERVER``).
        oidc_client: Client id there (``QIAO_OIDC_CLIENT``).
        oidc_secret: Client secret there (``QIAO_OIDC_SECRET``).
        oidc_name: What its button says (``QIAO_OIDC_NAME``).
        oidc_match: How its people are known: email, by a verified e-mail address; username, by the log-in name; number, by
            the staff number, the last two from the claim ``preferred_username`` (``QIAO_OIDC_MATCH``).
        wecom_corp: Enterprise id at WeCom (``QIAO_WECOM_CORP``).
        wecom_agent: Id of the app there (``QIAO_WECOM_AGENT``).
        wecom_secret: Secret of the app there (``QIAO_WECOM_SECRET``).
        wecom_api: Address of its interface (``QIAO_WECOM_API``).
        dingtalk_key: Key of the app at DingTalk (``QIAO_DINGTALK_KEY``).
        dingtalk_secret: Secret of the app there (``QIAO_DINGTALK_SECRET``).
        feishu_app: Id of the app at Feishu (``QIAO_FEISHU_APP``).
        feishu_secret: Secret of the app there (``QIAO_FEISHU_SECRET``).
    """

    oidc_server: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_name: str = "OpenID Connect"
    oidc_match: str = "email"
    wecom_corp: str = ""
    wecom_agent: str = ""
    wecom_secret: str = ""
    wecom_api: str = "https://qyapi.weixin.qq.com"
    dingtalk_key: str = ""
    dingtalk_secret: str = ""
    feishu_app: str = ""
    feishu_secret: str = ""

    def providers(self) -> dict[str, Any]:
        """Those that are on, as allauth reads them."""
        ways: dict[str, dict[str, Any]] = {
            "openid_connect": {
                "client_id": self.oidc_client, "secret": self.oidc_secret, "provider_id": "oidc", "name": self.oidc_name,
                "settings": {"server_url": self.oidc_server, "oauth_pkce_enabled": True},
            },
            "wecom": {"client_id": self.wecom_corp, "secret": self.wecom_secret, "key": self.wecom_agent},
            "dingtalk": {"client_id": self.dingtalk_key, "secret": self.dingtalk_secret},
            "feishu": {"client_id": self.feishu_app, "secret": self.feishu_secret},
        }  # fmt: skip
        return {code: {"APPS": [app]} for code, app in ways.items() if app["client_id"]}


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
        metrics_token: Secret a monitoring system shows to read ``/metrics``; empty: no such address
            (``QIAO_METRICS_TOKEN``).
        log_requests: A line in the log for every request, not only for broken ones (``QIAO_LOG_REQUESTS``).
        web_workers: Web server processes (``QIAO_WEB_WORKERS``).
        engine: Engine that computes indicators: duckdb or spark (``QIAO_ENGINE``).
        comment_characters: Longest comment, in characters (``QIAO_COMMENT_CHARACTERS``).
        attachment_mb: Largest attachment, in megabytes (``QIAO_ATTACHMENT_MB``).
        attachments_gb: Room for all attachments together, in gigabytes (``QIAO_ATTACHMENTS_GB``).
        attachment_types: Types of attachments that are kept, comma-separated (``QIAO_ATTACHMENT_TYPES``).
        picture_megapixels: Pictures of more million pixels are not opened (``QIAO_PICTURE_MEGAPIXELS``).
        picture_side: Longest side of a kept picture, in pixels (``QIAO_PICTURE_SIDE``).
        currency: The enterprise's one currency (``QIAO_CURRENCY``); without it what the home's file ``currency`` says.
        limit_api: Requests of the programming interface a minute for one person, 0: no limit (``QIAO_LIMIT_API``).
        limit_address: The same for one network address, unknown tokens included (``QIAO_LIMIT_ADDRESS``).
        limit_exports: Lists taken as a file a minute for one person (``QIAO_LIMIT_EXPORTS``).
        limit_search: Searches a minute for one person (``QIAO_LIMIT_SEARCH``).
        limit_uploads: Requests with files a minute for one person (``QIAO_LIMIT_UPLOADS``).
        outside: Other ways to log in.
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
    metrics_token: str
    log_requests: bool
    web_workers: int
    engine: str
    currency: str
    comment_characters: int
    attachment_mb: int
    attachments_gb: int
    attachment_types: tuple[str, ...]
    picture_megapixels: int
    picture_side: int
    limit_api: int
    limit_address: int
    limit_exports: int
    limit_search: int
    limit_uploads: int
    outside: OutsideLogIns


@dataclass(slots=True)
class _Reader:
    """Typed reading of single variables; what is wrong is noted and a default given, so that all is told at once."""

    values: Mapping[str, str]
    complaints: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        text = self.values.get(name, "0").strip().lower()
        if text not in {"", "0", "1", "true", "false", "yes", "no"}:
            self.complaints.append(f"{name}={text!r}: say 1 or 0")
        return text in {"1", "true", "yes"}

    def number(self, name: str, default: int, *, what: str, below: int) -> int:
        text = self.values.get(name, str(default))
        if not text.isdecimal() or not 0 < int(text) < below:
            self.complaints.append(f"{name}={text!r}: {what} is a number from 1 to {below - 1}")
            return default
        return int(text)

    def count(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name, str(default))
        if not text.isdecimal() or not least <= int(text) <= most:
            self.complaints.append(f"{name}={text!r}: a number from {least} to {most}")
            return default
        return int(text)

    def some(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        chosen = frozenset(one.lower() for one in self.names(name, ""))
        if unknown := sorted(chosen - set(known)):
            self.complaints.append(f"{name}: {', '.join(unknown)} unknown; choose among {', '.join(known)}")
        return tuple(one for one in known if one in chosen) or known

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.complaints.append(f"{name}={text!r}: write a date as 2026-11-22")
            return None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name, default)
        if text not in allowed:
            self.complaints.append(f"{name}={text!r}: one of {', '.join(allowed)}")
        return text

    def database_url(self, name: str) -> str | None:
        text = self.text(name)
        if text and not text.startswith(("postgresql://", "postgres://")):
            self.complaints.append(
                f"{name}: starts with postgresql://"
            )  # not said again: it holds a password
        return text or None

    def address(self, name: str) -> str:
        text = self.text(name).rstrip("/")
        if text and not text.startswith(("https://", "http://")):
            self.complaints.append(f"{name}={text!r}: begins with https://")
        return text

    def outside(self) -> OutsideLogIns:
        plain = OutsideLogIns()
        found = OutsideLogIns(
            oidc_server=self.address("QIAO_OIDC_SERVER"), oidc_client=self.text("QIAO_OIDC_CLIENT"),
            oidc_secret=self.text("QIAO_OIDC_SECRET"), oidc_name=self.text("QIAO_OIDC_NAME", plain.oidc_name),
            oidc_match=self.choice("QIAO_OIDC_MATCH", plain.oidc_match, ("email", "username", "number")),
            wecom_corp=self.text("QIAO_WECOM_CORP"), wecom_agent=self.text("QIAO_WECOM_AGENT"),
            wecom_secret=self.text("QIAO_WECOM_SECRET"),
            wecom_api=self.address("QIAO_WECOM_API") or plain.wecom_api,
            dingtalk_key=self.text("QIAO_DINGTALK_KEY"), dingtalk_secret=self.text("QIAO_DINGTALK_SECRET"),
            feishu_app=self.text("QIAO_FEISHU_APP"), feishu_secret=self.text("QIAO_FEISHU_SECRET"),
        )  # fmt: skip
        for together in (
            ("QIAO_OIDC_SERVER", "QIAO_OIDC_CLIENT", "QIAO_OIDC_SECRET"),
            ("QIAO_WECOM_CORP", "QIAO_WECOM_AGENT", "QIAO_WECOM_SECRET"),
            ("QIAO_DINGTALK_KEY", "QIAO_DINGTALK_SECRET"),
            ("QIAO_FEISHU_APP", "QIAO_FEISHU_SECRET"),
        ):
            missing = [name for name in together if not self.text(name)]
            if missing and len(missing) < len(together):
                self.complaints.append(f"{', '.join(missing)}: missing, the others of this log-in are set")
        return found

    def zone(self, name: str, default: str) -> str:
        text = self.values.get(name, default).strip()
        try:
            zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            self.complaints.append(f"{name}={text!r}: no such time zone")
        return text

    def names(self, name: str, default: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.values.get(name, default).split(",") if one.strip())


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Read and check every variable.

    Args:
        source: Variables by name; the process environment when None.

    Raises:
        BadSettings: With one line per malformed variable.
    """
    read = _Reader(os.environ if source is None else source)
    home = Path(read.text("QIAO_HOME", ".qiao")).absolute()
    environment = Environment(
        home=home,
        database_url=read.database_url("QIAO_DATABASE_URL"),
        bind=read.values.get("QIAO_BIND", "127.0.0.1").strip(),
        port=read.number("QIAO_PORT", 8000, what="a port", below=65536),
        hosts=read.names("QIAO_HOSTS", "127.0.0.1,localhost"),
        debug=read.flag("QIAO_DEBUG"),
        today=read.day("QIAO_TODAY"),
        time_zone=read.zone("QIAO_TIME_ZONE", "Asia/Shanghai"),
        tile_url=read.text("QIAO_TILE_URL"),
        tile_datum=read.choice("QIAO_TILE_DATUM", "wgs84", ("wgs84", "gcj02")),
        behind_tls=read.flag("QIAO_BEHIND_TLS"),
        public_url=read.address("QIAO_PUBLIC_URL"),
        inner_addresses=read.flag("QIAO_INNER_ADDRESSES"),
        metrics_token=read.text("QIAO_METRICS_TOKEN"),
        log_requests=read.flag("QIAO_LOG_REQUESTS"),
        web_workers=read.number("QIAO_WEB_WORKERS", 2, what="a number of processes", below=65),
        engine=read.choice("QIAO_ENGINE", "duckdb", ("duckdb", "spark")),
        comment_characters=read.count("QIAO_COMMENT_CHARACTERS", 10_000, 100, 1_000_000),
        attachment_mb=read.count("QIAO_ATTACHMENT_MB", 25, 1, 2000),
        attachments_gb=read.count("QIAO_ATTACHMENTS_GB", 50, 1, 100_000),
        attachment_types=read.some("QIAO_ATTACHMENT_TYPES", ATTACHMENT_TYPES),
        picture_megapixels=read.count("QIAO_PICTURE_MEGAPIXELS", 50, 1, 500),
        picture_side=read.count("QIAO_PICTURE_SIDE", 2560, 320, 10_000),
        limit_api=read.count("QIAO_LIMIT_API", 600, 0, 1_000_000),
        limit_address=read.count("QIAO_LIMIT_ADDRESS", 3000, 0, 1_000_000),
        limit_exports=read.count("QIAO_LIMIT_EXPORTS", 20, 0, 1_000_000),
        limit_search=read.count("QIAO_LIMIT_SEARCH", 240, 0, 1_000_000),
        limit_uploads=read.count("QIAO_LIMIT_UPLOADS", 60, 0, 1_000_000),
        outside=read.outside(),
        currency=read.choice("QIAO_CURRENCY", _kept_currency(home), ("CNY", "USD", "EUR")),
    )
    if read.complaints:
        raise BadSettings(read.complaints)
    return environment


def _kept_currency(home: Path) -> str:
    """What the home itself says, such as that of an example from another country."""
    kept = home / "currency"
    return kept.read_text(encoding="utf-8").strip() if kept.is_file() else "CNY"
