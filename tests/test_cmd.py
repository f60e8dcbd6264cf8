"""The transcripts of `tests/cmd`: command lines with what they read, print, leave behind and return.

A case is a table `[[case]]` of a TOML file: `name`, `run` (a line for bash) or `args`, or `steps` (several `args`, whose
output is joined and whose highest code counts); `stdin`; `env`; `files` (path -> content);
`stdout`, `stderr` (whole, or `stdout_has`, `stderr_has`: lists of parts); `exit`; `after` (path -> content, or "gone").
`@NAME@` stands for a text of `tests/command.py`.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import command

HERE = Path(__file__).parent / "cmd"
FILES = sorted(HERE.glob("*.toml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in FILES
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]


def filled(text: str) -> str:
    return re.sub(r"@([A-Z_]+)@", lambda m: str(getattr(command, m[1])), text)


def put(folder: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))


def as_bytes(content: Any) -> bytes:
    if isinstance(content, dict):
        return filled(content["text"]).encode(content["encoding"])
    if isinstance(content, list):
        return bytes(content)
    return filled(content).encode("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_transcript(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, case.get("files", {}))
    stdin = as_bytes(case.get("stdin", ""))
    # One line a finding, as tools ask for it; what is printed by itself has cases of its own.
    environment = command.environment(**({"DEDUPE_OUTPUT_FORMAT": "concise"} | case.get("env", {})))
    if "run" in case:
        done = subprocess.run(
            ["bash", "-c", case["run"]],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            env=environment,
            timeout=60,
            check=False,
        )
    else:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(os, "environ", environment)
        runs = [command.here(args, stdin) for args in case.get("steps", [case.get("args")])]
        done = subprocess.CompletedProcess(
            [],
            max(each.returncode for each in runs),
            b"".join(each.stdout for each in runs),
            b"".join(each.stderr for each in runs),
        )
    stderr = done.stderr.decode()
    if "stdout" in case:
        assert done.stdout == as_bytes(case["stdout"])
    for part in case.get("stdout_has", []):
        assert filled(part) in done.stdout.decode()
    if "stderr" in case:
        assert stderr == filled(case["stderr"])
    for part in case.get("stderr_has", []):
        assert filled(part) in stderr
    assert "Traceback" not in stderr
    assert done.returncode == case.get("exit", 0), stderr
    for name, content in case.get("after", {}).items():
        path = tmp_path / name
        assert not path.exists() if content == "gone" else path.read_bytes() == as_bytes(content)
    assert not [p for p in tmp_path.rglob("*") if p.name.startswith(".dedupe-") and p.suffix == ".tmp"], (
        "a temporary file was left behind"
    )


def test_cases_have_names_of_their_own() -> None:
    names = [p.id for p in CASES]
    assert len(names) == len(set(names))


def test_every_case_expects_something() -> None:
    for param in CASES:
        case: Any = param.values[0]
        assert {"stdout", "stdout_has", "stderr", "stderr_has", "after"} & case.keys(), param.id
