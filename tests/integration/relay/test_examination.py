"""The doctor proves that a relay relays and refuses, and names what is wrong with one that does not."""

import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings, Turn
from server.commands.doctor_relay import examine_relay
from server.commands.environment import ROOT
from server.commands.findings import Finding, State
from server.commands.parts import COTURN
from tests.parts.certificate import Certificate, self_signed
from tests.parts.coturn import SECRET, SHIPPED, Relay, free_ports, running_relay
from tests.parts.missing import require
from tests.parts.network import ADDRESSES, Host, Network

PROMISES = (
    "relays",
    "refuses a wrong password",
    "refuses a name that has ended",
    "passes nothing on to what is inside",
)
FIREWALL = "table inet firewall { chain in { type filter hook input priority 0; udp dport 49152-65535 drop; }; }"


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return self_signed(tmp_path, "127.0.0.1")


@pytest.fixture
def tls(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.file))


async def examined(urls: tuple[str, ...], tls: ssl.SSLContext, secret: str = SECRET) -> list[Finding]:
    settings = Settings(turn=Turn(urls=urls, secret=secret))
    return await examine_relay(settings, tls, datetime.now(UTC))  # noqa: TID251 - the relay has the real clock


def says(findings: list[Finding]) -> str:
    assert {finding.state for finding in findings} == {State.FAILED}
    return findings[0].says


async def test_a_relay_that_works_keeps_every_promise_in_every_way(
    tmp_path: Path, certificate: Certificate, tls: ssl.SSLContext
) -> None:
    with running_relay(require(COTURN), tmp_path, certificate, allowed=["127.0.0.1"]) as relay:
        findings = await examined(relay.urls, tls)

    assert [finding.what for finding in findings] == [f"Relay {url} {p}" for url in relay.urls for p in PROMISES]
    assert {finding.state for finding in findings} == {State.OK}
    assert "set external-ip" in findings[0].says
    assert [one.what for one in findings if "only by name" in one.says] == [f"Relay {relay.urls[-1]} relays"]


async def test_another_secret_is_named(tmp_path: Path, certificate: Certificate, tls: ssl.SSLContext) -> None:
    with running_relay(require(COTURN), tmp_path, certificate) as relay:
        assert "its secret is not that of [turn]" in says(await examined(relay.urls, tls, "another secret" * 3))


async def test_a_relay_that_is_not_there_is_named(tls: ssl.SSLContext) -> None:
    port, _ = free_ports()
    urls = (f"turn:127.0.0.1:{port}", f"turn:127.0.0.1:{port}?transport=tcp")

    findings = await examined(urls, tls)

    assert len(findings) == 2
    assert "whether coturn runs" in says(findings)
    assert "no host of this name" in says(await examined(("turn:relay.invalid?transport=tcp",), tls))


async def test_a_certificate_that_browsers_refuse_is_named(tmp_path: Path, certificate: Certificate) -> None:
    with running_relay(require(COTURN), tmp_path, certificate, allowed=["127.0.0.1"]) as relay:
        findings = await examined((relay.url("tls"),), ssl.create_default_context())

    assert "will not trust its certificate" in says(findings)


async def test_a_relay_that_denies_its_own_address_is_named(
    tmp_path: Path, certificate: Certificate, tls: ssl.SSLContext
) -> None:
    with running_relay(require(COTURN), tmp_path, certificate) as relay:  # the shipped list has 127.0.0.1, as it must
        assert "Take that off denied-peer-ip" in says(await examined(relay.urls, tls))


async def test_a_relay_without_the_list_is_named(tmp_path: Path, certificate: Certificate, tls: ssl.SSLContext) -> None:
    bare = tmp_path / "bare.conf"
    bare.write_text("\n".join(line for line in SHIPPED.read_text().splitlines() if not line.startswith("denied")))
    options = {"allowed": ["127.0.0.1"], "configuration": bare}
    with running_relay(require(COTURN), tmp_path, certificate, **options) as relay:
        *others, inside = await examined((relay.url("udp"),), tls)

    assert {finding.state for finding in others} == {State.OK}
    assert inside.state is State.FAILED
    assert "169.254.169.254" in inside.says


async def test_a_relay_that_asks_nobody_who_they_are_is_named(
    tmp_path: Path, certificate: Certificate, tls: ssl.SSLContext
) -> None:
    open_to_all = tmp_path / "open.conf"
    open_to_all.write_text(SHIPPED.read_text().replace("use-auth-secret", "no-auth"))
    options = {"allowed": ["127.0.0.1"], "configuration": open_to_all, "secret": None}
    with running_relay(require(COTURN), tmp_path, certificate, **options) as relay:
        works, wrong, ended, _ = await examined((relay.url("udp"),), tls)

    assert (works.state, wrong.state, ended.state) == (State.OK, State.FAILED, State.FAILED)
    assert "no right" in wrong.says


def doctor_at(host: Host, relay: Relay) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CONSILIUM_TURN__URLS": relay.url("tcp"),
        "CONSILIUM_TURN__SECRET": relay.secret,
    }
    command = host.command(sys.executable, "-m", "server.commands", "doctor")
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True).stdout


def test_a_relay_whose_ports_are_shut_by_a_firewall_is_named(
    net: Network, tmp_path: Path, certificate: Certificate
) -> None:
    server = net.host("server")
    with running_relay(require(COTURN), tmp_path, certificate, at=server, allowed=[ADDRESSES]) as relay:
        subprocess.run(server.command("nft", FIREWALL), check=True)

        said = doctor_at(server, relay)

    assert f"failed   Relay {relay.url('tcp')} relays" in said
    assert "nothing arrives" in said
