"""Mail by SMTP: one recipient a message, and the calendar file where a visit is meant."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

import aiosmtplib

from server.domain.messages import DeliveryError, Message

TIMEOUT_SECONDS = 30
REACH_SECONDS = 5


def smtp_carrier(
    *, host: str, port: int, start_tls: bool, username: str | None, password: str | None, sender: str
) -> Callable[[Message], Awaitable[None]]:
    """Make what hands mail to an SMTP server; it raises DeliveryError when the server does not take it."""

    async def carry(message: Message) -> None:
        try:
            await aiosmtplib.send(
                compose(message, sender),
                hostname=host,
                port=port,
                start_tls=start_tls,
                username=username,
                password=password,
                timeout=TIMEOUT_SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryError("The mail server did not take the message.") from error

    return carry


async def reach(*, host: str, port: int, start_tls: bool, username: str | None, password: str | None) -> None:
    """Greet the mail server as `smtp_carrier` does, and hang up.

    Raises:
        DeliveryError: it does not answer, does not speak TLS, or does not take the name and password.
    """
    client = aiosmtplib.SMTP(
        hostname=host,
        port=port,
        start_tls=start_tls,
        username=username,
        password=password,
        timeout=REACH_SECONDS,
    )
    try:
        await client.connect()
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError as error:
        raise DeliveryError("The mail server does not take the name and password.") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise DeliveryError("The mail server does not answer, or does not speak TLS as the settings want.") from error


def compose(message: Message, sender: str) -> EmailMessage:
    """Build the mail; its id stays the same when it is sent again, so that it is shown once."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    if message.attachment:
        maintype, _, subtype = message.attachment["type"].partition("/")
        subtype, _, parameters = subtype.partition(";")
        method = parameters.partition("method=")[2] or "REQUEST"
        mail.add_attachment(
            message.attachment["text"].encode(),
            maintype=maintype,
            subtype=subtype.strip(),
            filename=message.attachment["name"],
            params={"method": method.strip(), "charset": "UTF-8"},
        )
    return mail
