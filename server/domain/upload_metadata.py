"""What the sender says about a file that is uploaded (tus 1.0.0, "Upload-Metadata")."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TypeVar

from server.domain.documents import Container, DocumentKind
from server.domain.file_names import clean_file_name
from server.domain.tus_refusals import InvalidMetadataError, MalformedHeaderError

_KEY = re.compile(r"[!-+\--~]{1,100}")  # ASCII without space and comma
_CASE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAX_HEADER_CHARACTERS = 4096
_MAX_FILE_TYPE_CHARACTERS = 100

_Choice = TypeVar("_Choice", DocumentKind, Container)


@dataclass(frozen=True, slots=True)
class UploadMetadata:
    """What the sender says about the file; `header` is it in the sender's own spelling."""

    case: str
    kind: DocumentKind
    filename: str
    filetype: str
    container: Container
    header: str


def parse_metadata(header: str) -> UploadMetadata:
    """Read the header Upload-Metadata; keys that we do not know are kept in `header` only.

    Raises:
        MalformedHeaderError: it is not written as the protocol says.
        InvalidMetadataError: it lacks the case or the name, or names a kind that does not exist.
    """
    values = _metadata_values(header)
    case = values.get("case", "")
    if not _CASE_ID.fullmatch(case):
        raise InvalidMetadataError("Please say which case the file belongs to.", "case")
    filename = clean_file_name(values.get("filename", ""))
    if not filename:
        raise InvalidMetadataError("The file needs a name.", "filename")
    filetype = values.get("filetype", "")
    if len(filetype) > _MAX_FILE_TYPE_CHARACTERS:
        raise InvalidMetadataError("The type of the file is too long.", "filetype")
    kind = _choice(DocumentKind, values.get("kind", DocumentKind.OTHER), "kind")
    container = _choice(Container, values.get("container", Container.RAW), "container")
    return UploadMetadata(case, kind, filename, filetype, container, header)


def from_base64(encoded: str, header: str) -> bytes:
    """Decode a value of the named header.

    Raises:
        MalformedHeaderError: it is not in base64.
    """
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedHeaderError(f"The header {header} is not in base64.") from error


def _choice(choices: type[_Choice], value: str, field: str) -> _Choice:
    try:
        return choices(value)
    except ValueError as error:
        raise InvalidMetadataError(f"There is no such {field}. Choose one of: {', '.join(choices)}.", field) from error


def _metadata_values(header: str) -> dict[str, str]:
    if len(header) > _MAX_HEADER_CHARACTERS:
        raise MalformedHeaderError("The header Upload-Metadata is too long.")
    values: dict[str, str] = {}
    for pair in header.split(",") if header else []:
        key, _, encoded = pair.strip().partition(" ")
        if key in values or not _KEY.fullmatch(key):
            raise MalformedHeaderError("The header Upload-Metadata has an empty, unreadable or repeated key.")
        try:
            values[key] = from_base64(encoded, "Upload-Metadata").decode()
        except UnicodeDecodeError as error:
            raise MalformedHeaderError("The header Upload-Metadata must hold UTF-8 text.") from error
    return values
