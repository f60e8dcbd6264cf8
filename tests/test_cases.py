"""The cases of `tests/cases/clean`: texts in which the places that go are marked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dedupe_cli import clean, plan

HERE = Path(__file__).parent / "cases" / "clean"
MARKS = re.compile("⟦(.*?)⟧", re.DOTALL)
NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


@dataclass(frozen=True)
class Case:
    id: str
    input: str
    expected: str
    options: dict[str, Any] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    known_failure: str = ""


def marked(text: str) -> tuple[str, str]:
    """Input and expected output of a text with `⟦…⟧` around what goes."""
    return MARKS.sub(r"\1", text), MARKS.sub("", text)


def pair(data: dict[str, Any], base: dict[str, str]) -> dict[str, Any]:
    """A pair as a case: the base, a paragraph between, the base with one thing changed."""
    assert base["text"].count(data["was"]) == 1, f"{data['name']}: {data['was']!r} is not in its base once"
    changed = base["text"].replace(data["was"], data["now"])
    return {**data, "text": f"{base['text']}\n\n{base['between']}\n\n{changed}\n"}


def load(path: Path) -> list[Case]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = data.get("case", []) + [pair(p, data["base"][p["base"]]) for p in data.get("pair", [])]
    cases = []
    for entry in entries:
        unknown = set(entry) - {
            "name", "text", "input", "expected", "newlines", "options", "held", "known_failure",
            "base", "was", "now",
        }  # fmt: skip
        assert not unknown, f"{path.name}: {entry['name']}: unknown key {unknown}"
        before, after = marked(entry["text"]) if "text" in entry else (entry["input"], entry["expected"])
        newline = NEWLINES[entry.get("newlines", "lf")]
        cases.append(
            Case(
                id=f"{path.stem}: {entry['name']}",
                input=before.replace("\n", newline),
                expected=after.replace("\n", newline),
                options=entry.get("options", {}),
                held=frozenset(entry.get("held", ())),
                known_failure=entry.get("known_failure", ""),
            )
        )
    return cases


CASES = [case for path in sorted(HERE.glob("*.toml")) for case in load(path)]


def params() -> list[Any]:
    return [
        pytest.param(
            case,
            id=case.id,
            marks=[pytest.mark.xfail(strict=True, reason=case.known_failure)] if case.known_failure else [],
        )
        for case in CASES
    ]


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.id for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 150
    assert sum(case.input == case.expected for case in CASES) * 2 >= 150


@pytest.mark.parametrize("case", params())
def test_case(case: Case) -> None:
    assert clean(case.input, **case.options) == case.expected
    if case.held:
        held = {group.rule for group in plan(case.input, **case.options).held_back}
        assert held & case.held, f"nothing held back under {sorted(case.held)}, only {sorted(held)}"


@pytest.mark.parametrize("copies", [2, 10, 1000])
def test_any_number_of_copies(copies: int) -> None:
    block = "河边的水文站每天早晚各量一次水位，记在一本蓝皮的册子里，册子写满了就锁进铁柜。"
    text = "\n\n".join([block] * copies + ["今年的册子还剩三页。"]) + "\n"
    assert clean(text) == f"{block}\n\n今年的册子还剩三页。\n"


@pytest.mark.parametrize("copies", [10, 300])
def test_copies_with_their_own_text_between(copies: int) -> None:
    block = "The gauge by the river is read twice a day and the height is written into a blue book on the shelf."
    own = [f"{word} went home." for word in (f"Visitor {chr(0x41 + i % 26)}{i}" for i in range(copies))]
    text = "".join(f"{block}\n\n{line}\n\n" for line in own)
    assert clean(text, confidence=1.0) == f"{block}\n\n" + "".join(f"{line}\n\n" for line in own)
