"""SMS by a webhook of the hospital's own gateway: {"to", "text"} as JSON, any 2xx is taken as accepted."""

from collections.abc import Awaitable, Callable

import aiohttp

from server.domain.messages import DeliveryError, Message

TIMEOUT = aiohttp.ClientTimeout(total=15)


def webhook_carrier(url: str) -> Callable[[Message], Awaitable[None]]:
    """Make what hands SMS to the gateway; it raises DeliveryError when the gateway does not take it."""

    async def carry(message: Message) -> None:
        body = {"to": message.recipient, "text": message.body}
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.post(url, json=body, allow_redirects=False) as answer,
            ):
                if not answer.ok:
                    raise DeliveryError("The SMS gateway refused the message.")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError("The SMS gateway could not be reached.") from error

    return carry
