"""Every refusal has its status, or is known never to reach anybody."""

import importlib
import json
import pkgutil
from collections.abc import Iterator

import server
from server.domain.checklist_file import ChecklistFaultsError
from server.domain.errors import DomainError
from server.domain.messages import DeliveryError
from server.http.problems import MAX_NAME, STATUS, InvalidBodyError, render, status_of
from server.services.tickets import TicketRefusedError
from server.storage.blob_errors import BlobExistsError, BlobFinishedError
from server.storage.condition import DatabaseSilentError
from server.storage.database import DatabaseInUseError
from server.storage.keyring import KeyFileError, SealBrokenError, UnknownKeyError

# What stops the service from starting, what stays between two of its parts, and what is a fault of ours (500).
NEVER_ON_THE_WIRE = {
    BlobExistsError,
    BlobFinishedError,
    ChecklistFaultsError,
    DatabaseInUseError,
    DatabaseSilentError,
    DeliveryError,
    KeyFileError,
    SealBrokenError,
    TicketRefusedError,
    UnknownKeyError,
}
RUN_AS_PROGRAMS = ("__main__", "worker", "migrations")


def everything() -> Iterator[type[DomainError]]:
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if not any(name in module.name for name in RUN_AS_PROGRAMS):
            importlib.import_module(module.name)
    found = list(DomainError.__subclasses__())
    while found:
        error = found.pop()
        found += error.__subclasses__()
        if error.__module__.startswith("server."):
            yield error


def has_status(error: type[DomainError]) -> bool:
    return any(base in STATUS for base in error.__mro__)


def test_every_refusal_has_a_status() -> None:
    assert {error for error in everything() if not has_status(error)} == NEVER_ON_THE_WIRE


def test_every_refusal_has_a_code_in_kebab_case() -> None:
    codes = {error.code for error in everything()}

    assert not [code for code in codes if code != code.lower() or "_" in code or " " in code]


def test_statuses_are_those_of_refusals() -> None:
    assert {status_of(error) for error in everything() if has_status(error)} <= set(range(400, 600))


def test_a_name_that_a_stranger_chose_is_given_back_short_and_printable() -> None:
    answer = render(InvalidBodyError((("\0\x1b[31m" + "x" * 5_000, "unknown"),)))

    assert isinstance(answer.body, bytes)
    field = json.loads(answer.body)["errors"][0]["field"]
    assert field.isprintable()
    assert len(field) == MAX_NAME
