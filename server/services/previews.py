"""Pictures of documents that are safe to show: made when asked for, kept in memory for a while, never on the disk."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterable, Callable, Coroutine
from typing import Any

from server.domain.ids import DocumentId
from server.domain.records import Document
from server.domain.sniffing import MediaType
from server.integrations.derivatives import Derivative, Derivatives

MOST_KEPT_BYTES = 48 * 1024 * 1024

Source = Callable[[], AsyncIterable[bytes]]
Draw = Callable[[], Coroutine[Any, Any, Derivative]]
Key = tuple[DocumentId, int]


class Previews:
    """Draws documents; several people who ask for the same at once wait for one drawing."""

    def __init__(self, derivatives: Derivatives) -> None:
        self._derivatives = derivatives
        self._kept: OrderedDict[Key, Derivative] = OrderedDict()
        self._under_way: dict[Key, asyncio.Task[Derivative]] = {}

    async def picture(self, document: Document, source: Source) -> Derivative:
        """Draw a picture or a scan.

        Raises:
            NoPreviewError: it is a kind that we cannot show, or too large.
            UnreadableDocumentError: it does not open.
        """
        media_type = MediaType(document.media_type)
        return await self._once((document.id, 0), lambda: self._derivatives.picture(media_type, source()))

    async def page(self, document: Document, number: int, source: Source) -> Derivative:
        """Draw a page of a paper, counted from 1.

        Raises:
            UnreadableDocumentError: it does not open.
            NoSuchPageError: it has fewer pages.
        """
        return await self._once((document.id, number), lambda: self._derivatives.page(number, source()))

    async def _once(self, key: Key, draw: Draw) -> Derivative:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._under_way:
            self._under_way[key] = asyncio.create_task(self._draw(key, draw))
        return await asyncio.shield(self._under_way[key])

    async def _draw(self, key: Key, draw: Draw) -> Derivative:
        try:
            drawn = await draw()
        finally:
            del self._under_way[key]
        self._kept[key] = drawn
        while sum(len(one.data) for one in self._kept.values()) > MOST_KEPT_BYTES:
            self._kept.popitem(last=False)
        return drawn
