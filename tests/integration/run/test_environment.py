"""`run.py` makes the environment that a command needs, once, and heals what was left half done.

The checkout here is a small one whose lock file names a single package, `uv`, an empty one that lies in a folder:
nothing is fetched, and `uv` failing shows pip taking over.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.commands.environment import ROOT

COMMAND = "import sys; import uv; print(sys.argv[1:]); sys.exit(int(sys.argv[-1]))\n"
MAKES, INSTALLS = "Making .venv", "Installing requirements"


class Checkout:
    """A folder with `run.py`, a command and lock files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = folder / ".venv"
        (folder / "run.py").write_bytes((ROOT / "run.py").read_bytes())
        (folder / "server" / "commands").mkdir(parents=True)
        (folder / "server" / "commands" / "__main__.py").write_text(COMMAND)
        self.lock("1")

    def lock(self, version: str) -> None:
        """Lock the package at this version, for production and development."""
        digest = hashlib.sha256(wheel(self.folder, version).read_bytes()).hexdigest()
        for name in ("requirements.lock", "requirements-dev.lock"):
            (self.folder / name).write_text(f"uv=={version} \\\n    --hash=sha256:{digest}\n")

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start `run.py`, as a person does."""
        command = [sys.executable, str(self.folder / "run.py"), *arguments]
        environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder)}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run it to its end: exit code, standard output, standard error."""
        process = self.start(*arguments)
        said, told = process.communicate()
        return process.returncode, said, told


def wheel(folder: Path, version: str) -> Path:
    """Write a package named `uv` that holds nothing but a name."""
    path, about = folder / f"uv-{version}-py3-none-any.whl", f"uv-{version}.dist-info"
    contents: Mapping[str, str] = {
        "uv.py": "",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: uv\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": "[console_scripts]\nuv = uv:does_not_manage\n",
        f"{about}/RECORD": "".join(f"{name},,\n" for name in ("uv.py", f"{about}/METADATA", f"{about}/WHEEL")),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return path


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("checkout"))


def test_two_first_starts_make_one_environment_and_hand_over(checkout: Checkout) -> None:
    starts = [checkout.start("demo", "--port", "3"), checkout.start("demo", "--port", "4")]
    answers = [start.communicate() for start in starts]

    assert [start.returncode for start in starts] == [3, 4]
    assert [said for said, _ in answers] == ["['demo', '--port', '3']\n", "['demo', '--port', '4']\n"]
    assert sum(MAKES in told for _, told in answers) == 1


def test_a_start_after_that_installs_nothing_and_says_nothing(checkout: Checkout) -> None:
    checkout.run("demo", "0")

    assert checkout.run("serve", "0") == (0, "['serve', '0']\n", "")


def test_a_new_lock_is_installed_into_the_environment_that_stands(checkout: Checkout) -> None:
    checkout.run("demo", "0")
    checkout.lock("2")
    code, _, told = checkout.run("demo", "0")

    assert (code, MAKES in told, INSTALLS in told) == (0, False, True)
    assert list(checkout.environment.glob("lib/*/site-packages/uv-2.dist-info"))


def test_tools_once_installed_stay_when_the_lock_changes(checkout: Checkout) -> None:
    checkout.run("check", "0")
    checkout.lock("3")

    assert "Installing requirements-dev.lock" in checkout.run("demo", "0")[2]


def test_an_environment_that_was_not_finished_is_made_again(checkout: Checkout) -> None:
    checkout.run("demo", "0")
    (checkout.environment / "installed").unlink()
    (checkout.environment / "bin" / "pip").unlink()

    code, _, told = checkout.run("demo", "0")

    assert (code, MAKES in told) == (0, True)


def test_a_failed_installation_is_one_clear_line_and_no_command(checkout: Checkout) -> None:
    checkout.run("demo", "0")
    checkout.lock("4")
    (checkout.folder / "uv-4-py3-none-any.whl").unlink()
    code, said, told = checkout.run("demo", "0")

    assert (code, said) == (1, "")
    assert told.splitlines()[-1].startswith("Preparing .venv did not work.")
