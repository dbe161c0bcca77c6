"""Structured logs: one JSON object a line, or coloured text on a terminal."""

import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "…"
_PERSONAL = re.compile(
    r"password|passwd|secret|token|authorization|cookie|phone|mobile|e_?mail|id_number|birth|contact_name|person_name",
    re.I,
)
_IN_TEXT = (
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),  # mobile numbers
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),  # identity numbers
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),  # e-mail addresses
    re.compile(r"(?<=Bearer )\S+"),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # name and password within an address
    re.compile(r"(?<=DETAIL:  ).*"),  # PostgreSQL repeats the row it refuses
)


def without_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide what a log must not hold: values under telling names, and telling shapes within any text."""
    for key, value in event.items():
        event[key] = HIDDEN if _PERSONAL.search(key) else _scrub(value)
    return event


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        for pattern in _IN_TEXT:
            value = pattern.sub(HIDDEN, value)
        return value
    if isinstance(value, dict):
        return {key: HIDDEN if _PERSONAL.search(str(key)) else _scrub(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_scrub(one) for one in value]
    return value


def configure(options: dict[str, Any]) -> None:
    """Set up structlog and the standard library's loggers. Called by Django with ``settings.LOGGING``."""
    terminal = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            without_personal_data,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [
                        structlog.stdlib.ExtraAdder(),
                        *shared,
                        structlog.processors.format_exc_info,
                        without_personal_data,
                    ],
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                }
            },
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["out"], "level": "WARNING"},
            "loggers": {
                "qiao": {"level": "DEBUG" if options.get("debug") else "INFO"},
                "granian": {"level": "INFO"},
            },
        }
    )
