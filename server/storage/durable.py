"""Files and folder entries that are on the disk when the call returns."""

import os
from pathlib import Path

PRIVATE_FILE_MODE = 0o600


def sync_folder(folder: Path) -> None:
    """Put the folder's own entries (new, renamed and removed names) on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(path: Path, content: bytes) -> None:
    """Create a file that only its owner can read, and have it on the disk with its name.

    Raises:
        FileExistsError: something of that name is there; it is left alone.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    sync_folder(path.parent)
