"""Findings without an edit (`tests/cases/notes.toml`)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dedupe_cli import plan

CASES = tomllib.loads((Path(__file__).parent / "cases" / "notes.toml").read_text(encoding="utf-8"))["case"]
_MARKED = re.compile(r"⟦(\w+):(.*?)⟧", re.DOTALL)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, str]) -> None:
    text = _MARKED.sub(r"\2", case["text"])
    found = plan(text)
    assert not found.edits
    assert [(note.rule, note.span.of(text)) for note in found.notes] == _MARKED.findall(case["text"])
