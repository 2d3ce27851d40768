"""AB-21: three thousand damaged session descriptions. What is passed on binds one certificate; the rest is refused."""

import asyncio
import contextlib
import random
import re

from signaling.doorway import Knocks
from signaling.wire import Patience
from tests.integration.signaling.theatre import COMPANION, FINGERPRINT, HOST, PATIENT, Guest, Theatre, theatre

SEED = 20261122
HOW_MANY = 3_000
OTHER = ":".join(f"{255 - byte:02X}" for byte in range(32))
MEDIA = (
    "m={kind} 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:{kind}Uf\r\n"
    "a=ice-pwd:0123456789abcdefghijklmn\r\na=ice-options:trickle\r\n"
    f"a=fingerprint:sha-256 {FINGERPRINT}\r\n"
    "a=setup:actpass\r\na=mid:{number}\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
    "a=fmtp:111 minptime=10;useinbandfec=1\r\na=ssrc:1001 cname:x\r\n"
)
WHOLE = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n" + "".join(
    MEDIA.replace("{kind}", kind).replace("{number}", str(number))
    for number, kind in enumerate(("audio", "video", "video"))
)
BITES = (
    f"a=fingerprint:sha-256 {OTHER}\r\n",
    "a=fingerprint:sha-1 00:01:02\r\n",
    "a=fingerprint:\r\n",
    "A=FINGERPRINT:SHA-256 " + OTHER + "\r\n",
    "\0",
    "\r",
    "\n",
    "\u2028",
    "\ud7ff",
    "a" * 40_000,
    "m=audio 9 x\r\n" * 200,
    "v=0\r\n",
    "%n%s",
    '"}}',
)
SHA_256 = re.compile(r"^a=fingerprint:sha-256 ([0-9A-F:]+)$", re.MULTILINE | re.IGNORECASE)


def damaged(dice: random.Random) -> str:
    """Damage a description in one to four places."""
    text = WHOLE
    for _ in range(dice.randint(1, 4)):
        lines = text.splitlines(keepends=True) or [""]
        at, place = dice.randrange(len(lines)), dice.randrange(len(text) + 1)
        match dice.randrange(7):
            case 0:
                lines[at] = ""
                text = "".join(lines)
            case 1:
                text = "".join([*lines[:at], lines[at], *lines[at:]])
            case 2:
                dice.shuffle(lines)
                text = "".join(lines)
            case 3:
                text = text[:place]
            case 4:
                text = text[:place] + dice.choice(BITES) + text[place:]
            case 5:
                text = text[:place] + chr(dice.choice((dice.randrange(1, 128), 0x1F600))) + text[place + 1 :]
            case _:
                text = text.replace(dice.choice(("sha-256", FINGERPRINT, "a=", "\r\n", ":")), dice.choice(BITES), 1)
    return text


async def offered(villain: Guest, to: str, sdp: str) -> tuple[Guest, int | None]:
    """Offer a description; return the socket to go on with, and the code if this one was closed."""
    await villain.send("rtc.offer", {"gen": 1, "neg": 1, "sdp": sdp}, to=to)
    await villain.whisper("ping", {"ts": 1})
    with contextlib.suppress(AssertionError):  # closed
        await villain.expect("pong")
        return villain, None
    code = villain.websocket.close_code
    back = await villain.resume()
    resumed = await back.expect("resumed")
    back.seq = resumed["data"]["resend_from_c"] - 1
    back.received.insert(0, next(message for message in villain.received if message["type"] == "welcome"))
    return back, code


async def a_visit(opened: Theatre, visit: str) -> tuple[Guest, Guest]:
    host = await opened.join(HOST, visit=visit)
    patient = await opened.join(PATIENT, visit=visit)
    await host.ask("lobby.admit", {"member": PATIENT.id})
    await patient.expect("snapshot")
    return host, patient


async def let_in(host: Guest, opened: Theatre) -> Guest:
    villain = await opened.join(COMPANION)
    await host.ask("lobby.admit", {"member": COMPANION.id})
    await villain.expect("snapshot")
    return villain


async def goes_on(host: Guest, patient: Guest) -> None:
    """See that two people still reach each other."""
    await host.send("rtc.restart", {"gen": 1, "why": "still here"}, to=patient.session)
    while (await patient.expect("rtc.restart"))["from"] != host.session:
        pass


async def test_ab21_three_thousand_damaged_descriptions() -> None:
    dice = random.Random(SEED)
    everybody = Knocks(address=10**6, member=10**6)
    patience = Patience(ping_after=1e9, dead_after=1e9)
    codes: dict[int | None, int] = {}
    async with theatre(knocks=everybody, patience=patience) as opened:
        host, patient = await a_visit(opened, "v_1")
        elsewhere = await a_visit(opened, "v_2")
        villain = await let_in(host, opened)

        for number in range(HOW_MANY):
            opened.clock.skip(0.5)
            villain, code = await offered(villain, patient.session, damaged(dice))
            codes[code] = codes.get(code, 0) + 1
            if code is None:
                passed_on = (await patient.expect("rtc.offer"))["data"]["sdp"]
                assert len({digest.upper() for digest in SHA_256.findall(passed_on.replace("\r\n", "\n"))}) == 1
                assert len(passed_on.encode()) <= 32_768
            if number % 250 == 0:
                await goes_on(host, patient)
                await goes_on(*elsewhere)
        await asyncio.gather(goes_on(host, patient), goes_on(*elsewhere))

    assert set(codes) == {None, 4400, 4413, 1009}
    assert min(codes[None], codes[4400]) > HOW_MANY / 10
