"""`policy lint` and `policy decide` as a program meets them."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.commands.policy import main
from server.commands.policy_lines import MAX_LINE_BYTES, answer, answer_lines
from server.domain.policy import Decision, Policy

ROOT = Path(__file__).resolve().parents[3]
POLICY_FILE = ROOT / "config/policy/in-person.toml"

HOSTILE: dict[str, tuple[bytes, dict[str, Any]]] = {
    "an empty line": (b"", {"error": "the line is not JSON"}),
    "no JSON": (b"{", {"error": "the line is not JSON"}),
    "no UTF-8": (b'{"id": "\xff"}', {"error": "the line is not JSON"}),
    "no object": (b"[1]", {"error": "the line is not a JSON object"}),
    "nested without end": (b"[" * 100_000, {"error": "the line is not JSON"}),
    "a number without end": (b'{"id": ' + b"9" * 5000 + b"}", {"error": "the line is not JSON"}),
    "a line without end": (b" " * (MAX_LINE_BYTES + 1), {"error": f"the line is longer than {MAX_LINE_BYTES} bytes"}),
    "a key twice": (
        b'{"id": 7, "stage": "request", "facts": {"ecog": 1, "ecog": 2}}',
        {"id": 7, "error": "the line is not acceptable JSON: a key stands twice"},
    ),
    "no number": (
        b'{"id": "a", "stage": "request", "facts": {"packet_loss_pct": NaN}}',
        {"id": "a", "error": "the line is not acceptable JSON: NaN"},
    ),
    "infinity": (
        b'{"id": "a", "stage": "check_in", "facts": {"packet_loss_pct": 1e999}}',
        {"id": "a", "error": "These facts cannot be used. packet_loss_pct: out of range"},
    ),
    "an id that is no name": (
        b'{"id": 1e999, "stage": "request", "facts": {}}',
        {"error": "id must be text or a whole number"},
    ),
    "an id that is a truth": (
        b'{"id": true, "stage": "request", "facts": {}}',
        {"error": "id must be text or a whole number"},
    ),
    "a key nobody knows": (
        b'{"id": "a", "stage": "request", "fact": {}}',
        {"id": "a", "error": "there is no fact in a question, only facts, id, stage"},
    ),
    "no facts": (b'{"id": "a", "stage": "request"}', {"id": "a", "error": "facts must be an object"}),
    "facts as a list": (b'{"stage": "request", "facts": []}', {"error": "facts must be an object"}),
    "no step": (b'{"facts": {}}', {"error": "These facts cannot be used. stage: unknown stage"}),
    "half a character": (
        b'{"id": "\\ud800", "stage": "request", "facts": {"\\ud800": 1}}',
        {"id": "\ud800", "error": "These facts cannot be used. \ud800: unknown fact name"},
    ),
}


def test_every_acceptance_case_is_answered_in_order(acceptance: dict[str, Any]) -> None:
    cases = acceptance["cases"]
    for case, said in zip(cases, asked_and_answered(cases), strict=True):
        assert {field: said[field] for field in case["expect"]} == case["expect"]
        assert said.keys() == {"id", *Decision.__slots__}


def test_every_rule_is_answered_with_at_every_one_of_its_steps(acceptance: dict[str, Any]) -> None:
    cells = acceptance["rule_by_stage_matrix"]
    assert len(cells) == 112
    for cell, said in zip(cells, asked_and_answered(cells), strict=True):
        assert said["outcome"] == cell["expect"]["outcome"]
        assert cell["expect"]["fired_includes"] in said["fired"]


def test_what_must_be_rejected_is_answered_with_an_error(acceptance: dict[str, Any]) -> None:
    rejects = acceptance["reject_cases"]
    for case, said in zip(rejects, asked_and_answered(rejects), strict=True):
        assert said.keys() == {"id", "error"}
        assert case["expect_error"] in said["error"]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_line_is_answered_with_an_error(policy: Policy, kind: str) -> None:
    line, said = HOSTILE[kind]
    assert json.loads(answer(policy, line)) == said


def test_hostile_lines_do_not_disturb_the_ones_after_them(policy: Policy) -> None:
    lines = [line for line, _ in HOSTILE.values()] + [b'{"id": "last", "stage": "request", "facts": {}}']
    answers = io.BytesIO()
    answer_lines(policy, io.BytesIO(b"\n".join(lines)), answers)
    said = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [list(entry)[-1] for entry in said[:-1]] == ["error"] * len(HOSTILE)
    assert (said[-1]["id"], said[-1]["outcome"]) == ("last", "needs_information")


def test_a_line_much_longer_than_allowed_is_one_line(policy: Policy) -> None:
    answers = io.BytesIO()
    answer_lines(policy, io.BytesIO(b"x" * (3 * MAX_LINE_BYTES) + b"\n{}\n"), answers)
    assert len(answers.getvalue().splitlines()) == 2


def test_an_answer_comes_before_the_next_question(policy: Policy) -> None:
    answers = io.BytesIO()
    expected: list[int] = []

    class Asking(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            expected.append(len(answers.getvalue().splitlines()))
            return super().readline(size)

    answer_lines(policy, Asking(b'{"stage": "request", "facts": {}}\n' * 3), answers)
    assert expected == [0, 1, 2, 3]


def test_a_program_may_talk_with_it_line_by_line() -> None:
    with talking() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2):
            process.stdin.write(json.dumps({"id": number, "stage": "request", "facts": {}}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdout.close()
        process.stdin.write(b"{}\n")
        process.stdin.close()
        assert process.stderr is not None
        assert (process.wait(timeout=20), process.stderr.read()) == (1, b"")


def test_a_broken_policy_decides_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[policy]\n")
    run = run_decide(b'{"stage": "request", "facts": {}}\n', "--policy", str(broken))
    assert (run.returncode, run.stdout) == (1, b"")
    assert b"policy.id: is missing" in run.stderr


def test_lint_is_content_with_the_shipped_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(POLICY_FILE)]) == 0
    assert capsys.readouterr().out.endswith("no faults in 40 rules and 54 facts\n")


def test_lint_names_each_fault_on_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.toml"
    text = POLICY_FILE.read_text().replace('id = "E02"', 'id = "E01"').replace("min=0, max=4", "min=0, max=4, x=1")
    broken.write_text(text)
    assert main(["lint", str(broken)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{broken}: facts.ecog.x: is not known here",
        f"{broken}: rules: 2 rules have the id E01",
    ]


def test_lint_says_when_there_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(tmp_path / "none.toml")]) == 1
    assert "cannot be read: No such file" in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["approve"])
    assert refusal.value.code == 2
    assert capsys.readouterr().out == ""


def asked_and_answered(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send all of them through one process; every answer comes back in its place."""
    questions = [{"id": n, "stage": case["stage"], "facts": case["facts"]} for n, case in enumerate(cases)]
    run = run_decide("".join(json.dumps(question) + "\n" for question in questions).encode())
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert (run.returncode, run.stderr) == (0, b"")
    assert [said["id"] for said in answers] == list(range(len(cases)))
    return answers


def run_decide(questions: bytes, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "server.commands.policy", "decide", *arguments]
    return subprocess.run(command, input=questions, capture_output=True, cwd=ROOT, timeout=60, check=False)


def talking() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "server.commands.policy", "decide"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT)
