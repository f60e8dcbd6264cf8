"""The stages whose time is told are those of the program."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks" / "speed"


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [*sys.path, str(FOLDER)])
    return importlib.import_module("stages")


def test_each_stage_is_made_of_functions_that_there_are(stages: Any) -> None:
    assert [(stage, name) for stage, parts in stages.STAGES for owner, name in parts if not hasattr(owner, name)] == []


def test_two_files_are_checked_and_compared(stages: Any, tmp_path: Path) -> None:
    said = "The ferry is pulled up on the bank in November, and two men scrape the weed from its planks all day long.\n"
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    for path in paths:
        path.write_text(f"# {path.stem}\n\n{said}\nOf {path.stem} nothing else is known.\n", encoding="utf-8")
    assert len(stages.work(paths)) == len(paths)
