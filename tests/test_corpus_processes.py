"""Processes that work for a data set: how they are asked, how they die, and what they do not read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import daft
import pyarrow as pa
import pytest

import command
from dedupe_cli.corpus.engine import by_batch, meant, start
from dedupe_cli.corpus.options import Options
from dedupe_cli.corpus.processes import asked, ended
from dedupe_cli.errors import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    with ended():
        yield


def _dies(_texts: pa.Array) -> pa.Array:
    os._exit(3)


def _says(text: str) -> str:
    print(text)
    return text


def test_a_process_is_asked_again_and_ended() -> None:
    first = asked(os.getpid)
    assert first != os.getpid()
    assert asked(os.getpid) == first
    with ended():
        pass
    assert asked(os.getpid) != first


def test_what_work_prints_and_raises_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert asked(_says, "一句话") == "一句话"
    assert capfd.readouterr().out == ""
    with pytest.raises(RuntimeError, match="ValueError: invalid literal"):
        asked(int, "nine")
    assert asked(int, "9") == 9


@pytest.mark.parametrize("arguments", [["-c", ""], ["-c", "raise SystemExit(1)"]])
def test_a_process_that_dies_as_it_starts_is_no_endless_wait(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda args, **options: popen([args[0], *arguments], **options))
    with pytest.raises(DedupeError, match="a worker process died"):
        asked(int, "9" * (1 << 20))


def test_the_engine_hands_on_that_a_process_died() -> None:
    start(Options())
    frame = daft.from_pydict({"text": ["a", "b"]})
    with pytest.raises(Exception, match="worker process died") as caught:
        frame.select(by_batch(_dies, pa.int64(), "text", processes=True)).collect()
    error = meant(caught.value)
    assert error is not None
    assert error.hint == "it may have run out of memory; --resume goes on from the step before it"


def test_nothing_is_imported_from_the_folder_it_is_run_in(tmp_path: Path) -> None:
    """A process that dies of a file beside the data was waited for without end."""
    for name in ("secrets", "socket", "pickle", "subprocess"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('this is data')\n")
    text = "The ferry leaves the small harbour at seven in the morning, and nobody waits for it. " * 4
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": 1, "text": text}) + "\n")
    args = [sys.executable, "-P", "-m", "dedupe_cli", "corpus", "rows.jsonl", "-o", "out", "--level", "inside"]
    done = subprocess.run(args, cwd=tmp_path, env=command.environment(), capture_output=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert b"1 changed" in done.stderr
