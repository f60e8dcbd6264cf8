"""Scripts beside Han and Latin: a repeat that must go, and beside it a passage with one change that must stay."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from dedupe_cli.model import Source
from dedupe_cli.pipeline import make_plan
from dedupe_cli.settings import Settings
from dedupe_cli.text.rewrite import rewrite

FILES = sorted((Path(__file__).parent / "cases" / "scripts").glob("*.json"))
SCRIPTS: dict[str, dict[str, Any]] = {f.stem: json.loads(f.read_text(encoding="utf-8")) for f in FILES}
CASES = [pytest.param(name, k, id=f"{name}-{k:02}") for name, s in SCRIPTS.items() for k in range(len(s["passages"]))]


def clean(text: str) -> str:
    source = Source("-", text, hashlib.sha256(text.encode()).hexdigest())
    return rewrite(text, make_plan(source, Settings()).edits)


def mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Mc"}


def reformed(text: str, form: dict[str, str]) -> str:
    """Another form of the same text, by the table of the script."""
    for old, new in form.items():
        if old == "case":
            text = text.upper()
        elif old == "tatweel":
            text = text.replace(new, new + "\u0640")
        else:
            text = text.replace(old, new)
    return text


def mistyped(text: str) -> str:
    """About one letter in twenty replaced by another letter of the text, none of them a digit or a mark."""
    letters = [i for i, c in enumerate(text) if c.isalpha() and not mark(text[min(i + 1, len(text) - 1)])]
    out = list(text)
    for k in range(10, len(letters) - 4, 18):
        other = next(text[i] for i in letters[k + 7 :] + letters if text[i].lower() != text[letters[k]].lower())
        out[letters[k]] = other
    return "".join(out)


def head(text: str) -> str:
    end = len(text) * 7 // 10
    while mark(text[end]) or text[end - 1].isspace():
        end += 1
    return text[:end] + "…"


def build(script: dict[str, Any], k: int) -> tuple[str, str]:
    """Text and what is left of it: passage k, k+1, k+2, k+1 with one change, the copy of k, k+3."""
    passages = script["passages"]
    some = [passages[(k + j) % len(passages)] for j in range(4)]
    first, second, third, last = (p["text"] for p in some)
    changed = second.replace(some[1]["was"], some[1]["now"])
    way = script["ways"][k % len(script["ways"])]
    copies = {
        "exact": [first],
        "twice": [first, first],
        "form": [reformed(first, script["form"])],
        "head": [head(first)],
        "typos": [mistyped(first)],
        "inside": [],
    }[way]
    gap = "" if script["script"] == "kana" else " "
    end = last + gap + first if way == "inside" else last
    before = [first, second, third, changed]
    return "\n\n".join([*before, *copies, end]) + "\n", "\n\n".join([*before, last]) + "\n"


@pytest.mark.parametrize(("name", "k"), CASES)
def test_repeat_goes_and_near_variant_stays(name: str, k: int) -> None:
    text, expected = build(SCRIPTS[name], k)
    assert clean(text) == expected


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_text_without_repeats_is_untouched(name: str) -> None:
    text = "\n\n".join(p["text"] for p in SCRIPTS[name]["passages"]) + "\n"
    assert clean(text) == text


def test_every_script_has_twenty_cases() -> None:
    assert {name: len(s["passages"]) for name, s in SCRIPTS.items()} == dict.fromkeys(
        ("arabic", "cyrillic", "hangul", "kana", "thai"), 20
    )
