"""A WebSocket client that keeps to nothing: it writes whatever bytes it is told to, and reads what comes back."""

import asyncio
import base64
import json
import os
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING = 0x1, 0x2, 0x8, 0x9
WAIT_SECONDS = 20.0
"""How long a test waits for something that has to come; it comes at once unless something is broken."""


class RefusedError(Exception):
    """The server did not upgrade; `status` and `headers` are what it said instead."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


class RawSocket:
    """One upgraded connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.seq = 0

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.writer.write(data)

    def frame(self, payload: bytes, kind: int = TEXT, *, first: int = 0x80, masked: bool = True) -> None:
        """Write one frame; `first` holds the bits before the opcode."""
        self.write(frame(payload, kind, first=first, masked=masked))

    def say(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> None:
        """Write a message that has no number."""
        self.frame(json.dumps({"type": kind, "data": data or {}, **envelope}).encode())

    def send(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> int:
        """Write the next numbered message."""
        self.seq += 1
        self.say(kind, data, seq=self.seq, **envelope)
        return self.seq

    async def hear(self, kind: str) -> dict[str, Any]:
        """Wait for a message of this type."""
        while True:
            message = await self.message()
            if message["type"] == kind:
                return message

    async def answer(self, seq: int) -> dict[str, Any]:
        """Wait for the answer to a message."""
        while True:
            message = await self.message()
            if message.get("re") == seq:
                return message

    async def message(self) -> dict[str, Any]:
        """Read the next message."""
        while True:
            kind, payload = await self.read()
            assert kind != CLOSE, f"closed with {code_of(payload)}"
            if kind == TEXT:
                message: dict[str, Any] = json.loads(payload)
                return message

    async def close_code(self) -> int:
        """Read until the server closes; return its code."""
        while True:
            kind, payload = await self.read()
            if kind == CLOSE:
                return code_of(payload)

    async def read(self) -> tuple[int, bytes]:
        """Read one frame; a connection that is torn reads as a close with 1006."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                head = await self.reader.readexactly(2)
                length = head[1] & 0x7F
                if length == 126:
                    (length,) = struct.unpack(">H", await self.reader.readexactly(2))
                elif length == 127:
                    (length,) = struct.unpack(">Q", await self.reader.readexactly(8))
                return head[0] & 0x0F, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return CLOSE, struct.pack(">H", 1006)


def frame(payload: bytes, kind: int = TEXT, *, first: int = 0x80, masked: bool = True) -> bytes:
    """Make one frame (RFC 6455 section 5.2)."""
    size = len(payload)
    bit = 0x80 if masked else 0
    if size < 126:
        length = bytes([bit | size])
    elif size < 1 << 16:
        length = bytes([bit | 126]) + struct.pack(">H", size)
    else:
        length = bytes([bit | 127]) + struct.pack(">Q", size)
    key = b"\0\0\0\0" if masked else b""  # a mask of zeros leaves the payload as it is
    return bytes([first | kind]) + length + key + payload


def code_of(payload: bytes) -> int:
    """Read a close code."""
    return int(struct.unpack(">H", payload[:2])[0]) if len(payload) >= 2 else 1005


@asynccontextmanager
async def raw_socket(url: str, **headers: str) -> AsyncIterator[RawSocket]:
    """Upgrade by hand.

    Raises:
        RefusedError: the server answered something else than 101.
    """
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
    sent = {
        "Host": address.netloc,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": "consilium.visit.v1",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    path = address.path + (f"?{address.query}" if address.query else "")
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        status = int(head[0].split()[1])
        if status != 101:
            raise RefusedError(status, dict(line.split(": ", 1) for line in head[1:] if line))
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()
