"""Repetition in place: loops, stutters, counting loops, chunk overlaps (`tests/cases/loops.toml`) and its laws."""

from __future__ import annotations

import json
import re
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.api import clean
from dedupe_cli.model import Safety
from dedupe_cli.planning.build import build
from dedupe_cli.rounds import Rounds
from dedupe_cli.search.hashes import previous
from dedupe_cli.search.loop_evidence import Evidence, Frame
from dedupe_cli.search.tandem import Symbols, find_runs
from dedupe_cli.search.tokens import tokenise
from dedupe_cli.settings import Settings
from dedupe_cli.text.fold import fold
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.model import Edit, Repeat, Span

CASES = Path(__file__).parent / "cases"
MARKS = re.compile("⟦(.*?)⟧", re.DOTALL)


class Found(NamedTuple):
    """What goes in place, what is held back there, and the edits."""

    repeats: Sequence[Repeat]
    held: Sequence[Repeat]
    edits: Sequence[Edit]


def find_in_place(text: str) -> Found:
    work = Rounds(text, Settings())
    work.in_place()
    return Found(work.removed, work.held, build(text, work.removed, work.held)[0])


def load(name: str) -> list[object]:
    cases = tomllib.loads((CASES / name).read_text(encoding="utf-8"))["case"]
    return [
        pytest.param(
            MARKS.sub(r"\1", c["text"]),
            c.get("expected", MARKS.sub("", c["text"])),
            sorted(c.get("held", [])),
            id=c["name"],
        )
        for c in cases
    ]


def check_laws(text: str, found: Found, output: str) -> None:
    folded = fold(text)

    def places(spans: Sequence[Span]) -> list[int]:
        return [at for span in spans for at in range(*folded.range(span))]

    def letters(spans: Sequence[Span]) -> str:
        return "".join(folded.string[at] for at in places(spans))

    cuts = [c for r in found.repeats for c in r.cuts]
    gone = set(places([edit.span for edit in found.edits]))
    assert gone == {at for cut in cuts for at in places(cut.copy)}, "nothing but the copies goes"
    assert gone.isdisjoint(at for cut in cuts for at in places(cut.kept)), "what stays for a copy is not cut"
    for edit in found.edits:
        if edit.safety is Safety.EXACT:
            said, kept = letters([edit.span]), letters(edit.kept)
            assert said in kept * (len(said) // max(1, len(kept)) + 2)
    assert not find_in_place(output).edits


@pytest.mark.parametrize(("text", "expected", "held"), load("loops.toml"))
def test_case(text: str, expected: str, held: list[str]) -> None:
    found = find_in_place(text)
    output = rewrite(text, found.edits)
    assert output == expected
    assert sorted({str(why) for r in found.held for c in r.cuts for why in c.held}) == held
    check_laws(text, found, output)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028"])
def test_newlines_of_all_kinds(newline: str) -> None:
    text = newline.join(["Open the gate for the sheep.", *["Count the sheep as they pass."] * 4, "Close it.", ""])
    output = rewrite(text, find_in_place(text).edits)
    assert output == newline.join(["Open the gate for the sheep.", "Count the sheep as they pass.", "Close it.", ""])


def test_members_of_a_loop_are_its_rounds() -> None:
    text = "Begin. Every lamp in the street went out at once. " + "Every lamp in the street went out at once. " * 3
    (repeat,) = find_in_place(text).repeats
    assert repeat.rule == "D203"
    assert [c.copy[0].of(text) for c in repeat.cuts] == ["Every lamp in the street went out at once"] * 3
    assert {k.of(text) for c in repeat.cuts for k in c.kept} == {"Every lamp in the street went out at once"}
    assert all(a.span.end == b.span.start for a, b in zip(repeat.cuts, repeat.cuts[1:], strict=False))


def test_what_an_earlier_round_kept_and_a_later_one_cut_is_answered_for() -> None:
    inner = "The bell rang for the evening meal. "
    block = "We came in from the fields. " + inner * 4 + "Nobody was late that day at all. "
    text = block + block + "We slept."
    found = find_in_place(text)
    output = rewrite(text, found.edits)
    assert output == "We came in from the fields. " + inner + "Nobody was late that day at all. We slept."
    check_laws(text, found, output)


def test_tokens() -> None:
    text = "Don't stop-page 3.5mm 二十三条 สวัสดี カード がんば"
    tokens = tokenise(fold(text))
    words = [text[a:b] for a, b in zip(tokens.start, tokens.end, strict=True)]
    assert words[:6] == ["Don", "t", "stop", "page", "3.5", "mm"]
    assert words[6:8] == ["二十三", "条"]
    assert "สวัสดี" not in words
    assert words[-3:] == ["が", "ん", "ば"]
    assert [w for w, is_number in zip(words, tokens.number, strict=True) if is_number] == ["3.5", "二十三"]


@pytest.mark.parametrize(
    ("letters", "rounds", "frame", "goes"),
    [
        (24, 2, Frame.SENTENCE, True), (23, 2, Frame.SENTENCE, False), (24, 5, Frame.SENTENCE, True),
        (47, 4, Frame.LINE, False), (48, 4, Frame.LINE, True), (60, 2, Frame.LINE, False), (24, 10, Frame.LINE, True),
        (36, 2, Frame.CLAUSE, True), (35, 2, Frame.CLAUSE, False), (36, 3, Frame.WORD, True),
        (59, 2, Frame.WORD, False), (61, 2, Frame.WORD, True),
    ],
)  # fmt: skip
def test_evidence(letters: int, rounds: int, frame: Frame, *, goes: bool) -> None:
    assert (Evidence(letters, rounds, frame).score >= 0) is goes


def slow_runs(values: list[int]) -> set[tuple[int, int, int]]:
    """All maximal runs of a primitive period, by trying every period at every place."""
    n, out = len(values), set()
    for period in range(1, n // 2 + 1):
        at = 0
        while at + period < n:
            end = at
            while end + period < n and values[end] == values[end + period]:
                end += 1
            if end - at >= period:
                out.add((at, end + period, period))
            at = max(end, at) + 1
    return {(a, b, p) for a, b, p in out if not any(p % q == 0 and q < p and c <= a and b <= d for c, d, q in out)}


@given(st.lists(st.integers(0, 3), max_size=40))
@settings(max_examples=300, deadline=None)
def test_runs_of_three_rounds_are_all_found(values: list[int]) -> None:
    """Two rounds of a unit that repeats itself inside may be missed; three or more never are."""
    runs = find_runs(Symbols(np.array(values, dtype=np.uint64)))
    found = set(zip(runs.start.tolist(), runs.end.tolist(), runs.period.tolist(), strict=True))
    slow = slow_runs(values)
    assert {r for r in slow if r[1] - r[0] >= 3 * r[2]} <= found
    assert all(values[i] == values[i + p] for a, b, p in found for i in range(a, b - p))


@given(st.lists(st.integers(0, 9), min_size=4, max_size=12, unique=True), st.integers(2, 5), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_runs_of_plain_units_are_found_from_two_rounds_on(unit: list[int], rounds: int, more: int) -> None:
    values = np.array([90, 91, *(unit * rounds), *unit[:more], 92, 93], dtype=np.uint64)
    runs = find_runs(Symbols(values))
    assert (2, 2 + len(unit) * rounds + min(more, len(unit)), len(unit)) in set(
        zip(runs.start.tolist(), runs.end.tolist(), runs.period.tolist(), strict=True)
    )


@given(st.lists(st.integers(0, 5), max_size=60))
def test_previous(values: list[int]) -> None:
    keys = np.array(values, dtype=np.uint64)
    slow = [max((j for j in range(i) if values[j] == values[i]), default=-1) for i in range(len(values))]
    assert previous(keys).tolist() == slow


SENTENCES = (
    "The mill stands on the river. ", "Nobody has lived there since the flood took the bridge. ", "Yes. ",
    "河边有一座旧磨坊。", "自从大水冲走了桥，就再也没有人住过。", "是的。", "1. ", "第三条 ", "\n", "\n\n", "no ",
    "and the wheel turns, ", "Name: mill\n", "轮子转啊转，", "2024 ", "the the ", "“好。”", "a | b | c\n",
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(SENTENCES), st.integers(1, 6)), max_size=14), st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_laws_hold_for_any_mixture(pieces: list[tuple[str, int]], cut: int) -> None:
    text = "".join(piece * times for piece, times in pieces)
    text = text[: len(text) - cut]
    found = find_in_place(text)
    check_laws(text, found, rewrite(text, found.edits))


HOSTILE = {
    "one character": "哈" * 200_000,
    "one letter": "a" * 600_000,
    "a period of ten": "abcdefghi " * 30_000,
    "A B A B": "One of them went up the hill. The other one waited below.\n\n" * 6_000,
    "newlines": "\n" * 600_000,
    "numbered look-alikes": "".join(f"Line {i} of the log says hello to all of us\n" for i in range(8_000)),
    "drift": "".join(f"At {i} the counter was read and written down again. " for i in range(8_000)),
    "few words": "".join("tick tock tack "[(i * i % 7) % 3 * 5 :][:5] for i in range(80_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_about_as_long_as_others(name: str) -> None:
    """A quadratic step would take minutes here; the bound is wide because machines differ."""
    started = time.process_time()
    find_in_place(HOSTILE[name])
    assert time.process_time() - started < 8


def test_real_loops(shared_data: Path) -> None:
    """Loops that a model wrote: most of what is said again goes; nothing of it is lost, nothing breaks a law."""
    lines = (shared_data / "llm_loops_en" / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    docs = [d for d in map(json.loads, lines) if d["decoding"] == "greedy"]

    def size(text: str) -> int:
        return sum(map(str.isalnum, text))

    want = got = 0
    for doc in docs:
        found = find_in_place(doc["text"])
        check_laws(doc["text"], found, rewrite(doc["text"], found.edits))
        output = clean(doc["text"])
        more = size(doc["text"]) - size(doc["gold_exact_only"])
        want += more
        got += min(more, size(doc["text"]) - size(output))
    assert got >= 0.985 * want


@pytest.mark.parametrize("folder", ["clean_zh", "clean_en"])
def test_texts_without_repeats_stay(shared_data: Path, folder: str) -> None:
    for path in sorted((shared_data / folder).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert not find_in_place(text).edits, path.name


def test_statutes_stay(shared_data: Path) -> None:
    for line in (shared_data / "statutes_whole_zh" / "docs.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        assert not find_in_place(text).edits
