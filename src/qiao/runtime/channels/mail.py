"""E-mail over SMTP."""

import smtplib
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import format_html, format_html_join

from qiao.runtime.outgoing import TIMEOUT_SECONDS, NotSent, Unclear

from .message import Message


def send(settings: dict[str, Any], address: str, message: Message) -> None:
    """Send one mail. A mailbox the server refuses for good is not tried again."""
    security = settings.get("security", "ssl")
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=settings["host"], port=int(settings["port"]), username=settings.get("user") or None,
        password=settings.get("password") or None, use_ssl=security == "ssl", use_tls=security == "starttls",
        timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    body = "\n\n".join(part for part in (message.text, message.more, message.url) if part)
    title = " ".join(message.title.split())  # a line break would be another header
    try:
        mail = EmailMultiAlternatives(title, body, settings["sender"], [address], connection=connection)
        if message.more_html:
            mail.attach_alternative(_html(message), "text/html")
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise NotSent(f"SMTP {code}", again=code < 500, status=code) from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(
            f"SMTP {error.smtp_code}", again=error.smtp_code < 500, status=error.smtp_code
        ) from None
    except (ConnectionRefusedError, smtplib.SMTPConnectError) as error:
        raise NotSent(str(error), again=True) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unclear(str(error)) from None


def _html(message: Message) -> str:
    """The mail for programs that show HTML: its text, what stands below, the link."""
    text = format_html_join("", "<p>{}</p>", ((line,) for line in message.text.splitlines() if line.strip()))
    link = format_html('<p><a href="{}">{}</a></p>', message.url, message.url) if message.url else ""
    return f"{text}{message.more_html}{link}"
