"""Firefox with a fake camera and microphone, driven by WebDriver BiDi, which Playwright does not speak to Debian's.

A `FirefoxPage` has those few of Playwright's verbs that tests of a visit need. What a page throws fails the call.
"""

import asyncio
import itertools
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.parts.network import NETWORK, Host

PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "media.gmp-manager.updateEnabled": False,
    # Nothing but the page goes out: the rest finds a proxy that is not there.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": f"localhost, .localhost, 127.0.0.1, {NETWORK}.0.0/16",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
}
PATIENCE_SECONDS = 30
ANSWER_SECONDS = 60  # a page may be patient, too
EVERY_SECONDS = 0.05
CALL = "async (text) => JSON.stringify(await ({function})(...JSON.parse(text))) ?? 'null'"
IS_VISIBLE = "(selector) => document.querySelector(selector)?.checkVisibility() ?? false"
CLICK = "(selector) => document.querySelector(selector).click()"


class FirefoxError(Exception):
    """Firefox refused a command, or a page threw."""


class Firefox:
    """A running Firefox. `errors` are what pages did not catch."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self.errors: list[str] = []
        self._line = line
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def listen(self) -> None:
        """Give every answer to whoever waits for it, until the line is closed."""
        async for message in self._line:
            said = json.loads(message.data)
            if said.get("method") == "log.entryAdded":
                self._note(said["params"])
            waiter = self._waiting.pop(said.get("id", 0), None)
            if waiter and not waiter.done():
                waiter.set_result(said)

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Give a command of WebDriver BiDi and return its result.

        Raises:
            FirefoxError: it was refused.
        """
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await self._waiting[number]
        if answer["type"] == "error":
            raise FirefoxError(f"{method}: {answer['error']}: {answer['message']}")
        return dict(answer["result"])

    async def new_page(self) -> "FirefoxPage":
        """Open an empty page with cookies of its own."""
        person = await self.ask("browser.createUserContext")
        opened = await self.ask("browsingContext.create", type="window", userContext=person["userContext"])
        return FirefoxPage(self, opened["context"])

    def _note(self, entry: dict[str, Any]) -> None:
        thrown = entry["type"] == "javascript" and "stackTrace" in entry  # without one Firefox speaks of a lost line
        if thrown and entry["level"] == "error":
            self.errors.append(entry["text"])


class FirefoxPage:
    """One page, which can be looked at and pressed."""

    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self._context = context

    async def add_init_script(self, script: str) -> None:
        """Run a script before the scripts of every page that is opened here."""
        function = f"() => {{ {script} }}"
        await self._firefox.ask("script.addPreloadScript", functionDeclaration=function, contexts=[self._context])

    async def goto(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        await self._firefox.ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, function: str, *arguments: Any) -> Any:
        """Call a function in the page; what it returns.

        Raises:
            FirefoxError: it threw.
        """
        called = await self._firefox.ask(
            "script.callFunction",
            functionDeclaration=CALL.replace("{function}", function),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            awaitPromise=True,
            target={"context": self._context},
        )
        if called["type"] == "exception":
            raise FirefoxError(called["exceptionDetails"]["text"])
        return json.loads(called["result"]["value"])

    async def wait_for_function(self, function: str, *arguments: Any) -> None:
        """Wait until the function returns something true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await self.evaluate(function, *arguments):
                    return
                await asyncio.sleep(EVERY_SECONDS)

    async def click(self, selector: str) -> None:
        """Press an element, once it can be seen."""
        await self.wait_for_function(IS_VISIBLE, selector)
        await self.evaluate(CLICK, selector)

    async def close(self) -> None:
        """Close the page."""
        await self._firefox.ask("browsingContext.close", context=self._context)


@asynccontextmanager
async def running_firefox(program: Path, folder: Path, *, at: Host | None = None) -> AsyncIterator[Firefox]:
    """Start Firefox without a window, on a host of the test's network or here; end it afterwards."""
    profile = folder / "firefox"
    profile.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(
            at.command(*command) if at else list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        port = await _port_of(process, profile, folder / "firefox.log")
        async with _driven(port, at) as firefox:
            yield firefox
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        shutil.rmtree(profile, ignore_errors=True)


@asynccontextmanager
async def _driven(port: int, at: Host | None) -> AsyncIterator[Firefox]:
    make: Callable[[Any], socket.socket] | None = (lambda _: at.open_socket()) if at else None
    connector = aiohttp.TCPConnector(socket_factory=make)
    url = f"ws://127.0.0.1:{port}/session"
    async with aiohttp.ClientSession(connector=connector) as session, session.ws_connect(url, max_msg_size=0) as line:
        firefox = Firefox(line)
        listening = asyncio.create_task(firefox.listen())
        try:
            await firefox.ask("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
            await firefox.ask("session.subscribe", events=["log.entryAdded"])
            yield firefox
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


async def _port_of(process: subprocess.Popen[bytes], profile: Path, log: Path) -> int:
    announced = profile / "WebDriverBiDiServer.json"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with suppress(FileNotFoundError, json.JSONDecodeError):
                return int(json.loads(announced.read_text())["ws_port"])
            if process.poll() is not None:
                raise FirefoxError(log.read_text(errors="replace"))
            await asyncio.sleep(EVERY_SECONDS)
