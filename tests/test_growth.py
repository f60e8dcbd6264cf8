"""Work grows with the text, also where a file is nothing but hostile: what is counted is steps, never seconds."""

from __future__ import annotations

import json
import random
import sys
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

import command
from dedupe_cli import api, records
from dedupe_cli.apply import verify
from dedupe_cli.decide import context, entry_evidence, features, runs
from dedupe_cli.document import view
from dedupe_cli.document.view import View
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Cut, Edit, Plan, Repeat, Safety, Span
from dedupe_cli.planning import build, notes
from dedupe_cli.read.formats import rest
from dedupe_cli.read.formats.captions import subtitles
from dedupe_cli.read.formats.captions.cues import Cues
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.html import blocks as html
from dedupe_cli.read.formats.html import page
from dedupe_cli.read.formats.html.blocks import Element, Page
from dedupe_cli.read.formats.markdown import blocks, cuts, document
from dedupe_cli.read.formats.markdown import parser as markdown_parser
from dedupe_cli.read.formats.markdown.masking import masked_blocks
from dedupe_cli.read.formats.records import Record
from dedupe_cli.search import drift, find, in_place, scene
from dedupe_cli.settings import Settings
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


_WORDS = """
river bridge old mill keeper lamp winter evening market square copper kettle orchard ladder window garden stone
path ferry rope harbour clerk ledger letter parcel candle table bread salt basket horse saddle meadow fence gate
tower bell clock weaver loom thread needle coat button
"""


def steps(patch: pytest.MonkeyPatch, module: ModuleType | type, name: str, size: Callable[..., int]) -> Counter[str]:
    """Count what one function of a module does, by the size of what it is given."""
    counted: Counter[str] = Counter()
    function = getattr(module, name)

    def told(*args: object) -> object:
        counted[name] += size(*args)
        return function(*args)

    patch.setattr(module, name, told)
    return counted


def cleaned(text: str, kind: str) -> str:
    return api.run(open_source(text.encode(), f"growth.{kind}"), Settings()).text


def test_signs_in_a_row_are_not_taken_for_sentences_that_break_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one would go in a pass of its own."""
    passes = steps(monkeypatch, in_place, "find_near_removals", lambda *_: 1)
    text = "~~~\n" * 400
    assert cleaned(text, "md") == text
    assert passes["find_near_removals"] <= 3


def test_what_sentences_of_few_words_share_by_chance_is_not_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window of it stands in very many places, and yet each sentence shares two words with dozens of others."""
    aligned = steps(monkeypatch, find, "align_chain", lambda *_: 1)
    words = _WORDS.split()
    rng = random.Random(4)
    text = "\n\n".join(" ".join(rng.choices(words, k=36)) + "." for _ in range(800))
    folded = fold(text)
    view = View(folded)
    find.find(folded, view=view)
    assert aligned["align_chain"] <= 16 * len(view)


@pytest.mark.parametrize("unit", ["- a\n\na\n\n", "# a\n\na\n\n- a\n\n"])
def test_blocks_by_turns_are_a_loop(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    """They go in place, at once: nothing about them is decided block by block, round by round."""
    offered = steps(monkeypatch, context.Context, "offer", lambda *_: 1)
    assert len(cleaned(unit * 400, "md")) <= len(unit)
    assert not offered["offer"]


@pytest.mark.parametrize("unit", ["<p>a", "<p>The mill stands on the river.</p>\n", "<div><p>a</div> ", "<ul><li>a"])
def test_blocks_that_go_in_a_row(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    looked = steps(monkeypatch, page, "space_start", lambda *_: 1)
    found = []
    for times in (100, 200):
        looked.clear()
        cleaned(f"<body>{unit * times}</body>", "html")
        found.append(looked["space_start"])
    assert 0 < found[1] <= 2.2 * found[0]


def test_what_a_markdown_text_cannot_take_is_looked_for_section_by_section(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that are said again under numbers that would be others."""
    read = steps(monkeypatch, cuts, "read_blocks", len)
    found = []
    for size in (100, 200):
        rng = random.Random(5)
        pieces, ends = ("1. ", "\\\\", "“", "__", "他说了一句话。", ")"), ("\n\n", "\n\n", "\n")
        text = "".join(rng.choice(pieces) + rng.choice(ends) for _ in range(size * 10))
        read.clear()
        cleaned(text, "md")
        found.append(read["read_blocks"] / len(text))
    assert found[1] <= 1.6 * found[0], "so often the whole text"


@pytest.mark.parametrize("unit", ["<a b='", '<a b="', "<a ", "</a ", "<!-- a ", "<![CDATA[ ", "<? ", "<!a ", "<p "])
def test_what_nobody_closes_is_read_once(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    """It goes to the end of the page; its end is not looked for again at the next bracket."""
    looked = steps(monkeypatch, Page, "updatepos", lambda *_: 1)
    read = Page(f"<p>The mill stands on the river.</p>{unit * 500}")
    assert [row.text for row in read.rows] == ["The mill stands on the river."]
    assert looked["updatepos"] <= 12


class Counted:
    """A pattern that counts how often it is asked for."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self.asked = pattern, 0

    def match(self, text: str, *place: int) -> re.Match[str] | None:
        self.asked += 1
        return self.pattern.match(text, *place)


def test_borders_of_tables_that_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(rest._BORDER)
    monkeypatch.setattr(rest, "_BORDER", counted)
    rest.rest_parts("=== ===\na\n" * 400, {"tables"})
    assert counted.asked <= 4 * 800


def test_what_no_text_begins_with_is_told_before_it_is_read(tmp_path: Path) -> None:
    """A file of a terabyte with nothing in it: no machine could read it."""
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(1 << 40)
    for done in (
        command.dedupe("clean", "a.txt", cwd=tmp_path),
        command.dedupe("check", "-q", "a.txt", cwd=tmp_path),
    ):
        assert done.returncode == 2
        assert b"error: a.txt: looks binary (byte 0 is NUL)\n" in done.stderr


def test_a_cue_of_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays of it is looked for once, not at each line that goes."""
    looked = steps(monkeypatch, subtitles, "open_tags", lambda _text, _kind, span: len(span))
    found = []
    for times in (100, 200):
        looked.clear()
        text = "1\n00:00:01,000 --> 00:00:02,000\n" + f"<i>{command.FIRST}</i>\n" * times
        assert cleaned(text, "srt").count(command.FIRST) == 1
        found.append(looked["open_tags"])
    assert 0 < found[1] <= 2.2 * found[0]


def test_cues_in_a_row_that_one_cut_takes_are_one_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one for each; and a cue that stays is looked at a few times, not once for each that goes."""
    asked = steps(monkeypatch, Cues, "__getitem__", lambda *_: 1)
    said = [f"{command.FIRST} {n} times, and {n + 1} times." for n in range(100)]
    told = "".join(
        f"00:{n // 60:02d}:{n % 60:02d}.000 --> 00:{n // 60:02d}:{n % 60:02d}.900\n{said[n % 100]}\n\n"
        for n in range(200)
    )
    source = open_source(f"WEBVTT\n\n{told}".encode(), "growth.vtt")
    done = api.run(source, Settings())
    assert source.container
    lowered = source.container.lower(source, done.plan.edits)[1]
    assert done.plan.removed > len(source.text) / 3
    assert len(done.plan.edits) <= 3
    assert len(lowered) <= 3
    assert asked["__getitem__"] <= 1000


@pytest.mark.parametrize("unit", ["a\n=\n", "a ```\n\n", "```\n", "- ```\n", "The mill stands on the river.\n\n"])
def test_a_markdown_text_is_parsed_once_and_what_is_left_of_it_too(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    parsed = steps(monkeypatch, ParserBlock, "parse", lambda _self, text, *_: len(text))
    text = unit * 300
    blocks.read_blocks.cache_clear()
    left = cleaned(text, "md")
    assert parsed["parse"] <= len(text) + len(left)


def test_a_paragraph_is_read_once_whatever_it_might_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    read = steps(monkeypatch, MarkdownIt, "parseInline", lambda _self, text, *_: len(text))
    text = "<http://a" * 300
    assert cleaned(text, "md") == text
    assert len(text) <= read["parseInline"] <= 1.5 * len(text)


def test_definitions_between_paragraphs_cost_what_they_are() -> None:
    def calls(number: int) -> int:
        text = "".join(f"a\n\n[a{at}]: b\n\n" for at in range(number))
        made: Counter[str] = Counter()
        blocks.read_blocks.cache_clear()
        sys.setprofile(
            lambda frame, event, _: made.update([event] if frame.f_code.co_filename == blocks.__file__ else [])
        )
        try:
            blocks.read_blocks(text)
        finally:
            sys.setprofile(None)
        return made["call"]

    assert calls(200) <= 2.1 * calls(100)


def test_lists_that_go_are_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each of their items."""
    looked = steps(monkeypatch, cuts, "_top", lambda *_: 1)
    asked = steps(monkeypatch, blocks.Node, "every", lambda *_: 1)
    rows = "".join(f"- The mill of number {n} stands on the river of that number.\n" for n in range(300))
    text = f"{rows}\nHere it is again.\n\n{rows}"
    assert len(cleaned(text, "md")) < len(text)
    assert looked["_top"] >= 300
    assert asked["every"] <= 30


@pytest.mark.parametrize("row", ["{}\n\n", "- {}\n", "> {}\n>\n"])
def test_blocks_in_a_row_that_one_cut_takes_are_one_edit(monkeypatch: pytest.MonkeyPatch, row: str) -> None:
    """Not one for each: a text may have as many blocks as it has letters."""
    placed = steps(monkeypatch, cuts, "_extent", lambda *_: 1)
    page = "".join(row.format(f"The mill of number {n} stands on the river of that number.") for n in range(100))
    plan = api.run(open_source(f"{page}\nHere it is again.\n\n{page}".encode(), "growth.md"), Settings()).plan
    assert len(plan.edits) == 1
    assert plan.removed >= len(page) - 2
    assert placed["_extent"] <= 2


def test_edits_of_one_cut_look_at_what_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = steps(monkeypatch, verify._Places, "remains", lambda *_: 1)
    size = 200
    text = "a b\n" * size + "a b\n" * size
    kept = tuple(Span(4 * n, 4 * n + 3) for n in range(size))
    edits = tuple(Edit(Span(4 * n, 4 * n + 4), "", "D101", "", Safety.EXACT, 0, kept) for n in range(size, 2 * size))
    verify.verify(text, Plan("", len(text), edits), text[: 4 * size])
    assert looked["remains"] == size


def test_what_later_rounds_kept_is_put_in_once_for_each_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each piece of it: a run of blocks has as many as blocks."""
    merged = steps(monkeypatch, build, "union", len)
    size = 200
    first, second, third = (tuple(Span(at, at + 3) for at in range(low, low + 4 * size, 4)) for low in (0, 1000, 2000))
    early = Repeat("D101", second, tuple(Cut(span, (span,), second, 100.0) for span in third), Safety.EXACT)
    late = Repeat("D101", first, tuple(Cut(span, (span,), first, 100.0) for span in second), Safety.EXACT)
    [found] = build.relinked([early], [late])
    assert found.kept == first
    assert merged["union"] <= (size + 1) * size


class Looked(str):
    """A text that counts the characters that are asked for, and is searched from no place to its ends."""

    __slots__ = ()
    asked = 0

    def __getitem__(self, at: Any) -> str:
        Looked.asked += 1
        return super().__getitem__(at)

    def find(self, *_: Any) -> int:
        raise AssertionError

    rfind = find


def test_the_line_of_a_block_is_not_looked_for_over_the_whole_page() -> None:
    text = Looked("<p>a</p> <p>b</p>\n <p>c</p> \n<p>d</p>")
    found = {place: page._with_line(text, Element("p", place, None, end=place + 8)) for place in (0, 9, 19, 30)}
    assert found == {0: Span(0, 8), 9: Span(9, 17), 19: Span(18, 29), 30: Span(30, 38)}
    assert Looked.asked <= 20


@pytest.mark.parametrize("unit", ["<p>a", "<p>The mill stands on the river.</p>\n", "<ul><li>a"])
def test_a_page_is_read_once_and_what_is_left_of_it_too(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    read = steps(monkeypatch, Page, "feed", lambda _self, text: len(text))
    text = f"<body>{unit * 100}</body>"
    html.read_page.cache_clear()
    left = cleaned(text, "html")
    data = api.run(open_source(text.encode(), "growth.html"), Settings()).data
    assert len(left) < 200
    assert read["feed"] <= len(text) + len(data)


def test_a_cue_takes_little_room() -> None:
    """A million of them are no more than their lines: what is told of each is made when it is asked for."""
    text = "WEBVTT\n\n" + "".join(f"00:{n // 60:02d}:{n % 60:02d}.000 --> 00:59:59.000\na\n\n" for n in range(2000))
    data = text.encode()
    open_source(data[:200], "growth.vtt")
    tracemalloc.start()
    try:
        source = open_source(data, "growth.vtt")
        used = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert isinstance(source.container, subtitles.Subtitles)
    assert len(source.container.cues) == len(source.container.rows) == 2000
    assert used <= 200 * 2000


def test_a_loop_that_counts_is_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a million cues what is known of the tokens is most of the memory."""
    made = steps(monkeypatch, scene, "tokenise", lambda folded: len(folded.text))
    text = "".join(f"x{number}\n" for number in range(3000))
    plan = api.plan(text)
    assert [group.rule for group in plan.groups] == ["D401"]
    assert made["tokenise"] == len(text)


@pytest.mark.parametrize("unit", ["- a\n", "*a\n"])
def test_what_is_said_twice_in_a_row_is_looked_for_behind_marks_of_lists(
    monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    looked = steps(monkeypatch, Span, "trimmed", lambda *_: 1)
    notes.notes_of(unit * 400 + "a, b\n", [])
    assert looked["trimmed"] <= 2


def test_the_end_of_a_formula_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that begin in dollars may be a paragraph: none of them ends in dollars."""
    asked = steps(monkeypatch, StateBlock, "isEmpty", lambda *_: 1)
    markdown_parser.parsed("$$a\n" * 400)
    assert asked["isEmpty"] <= 2000


def test_a_paragraph_without_marks_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is one of which nothing with a mark is left."""
    asked = steps(monkeypatch, markdown_parser, "inline_parser", lambda *_: 1)
    assert cleaned("The mill stands on the river.\n" * 40, "md") == "The mill stands on the river.\n"
    assert asked["inline_parser"] == 0


def test_what_goes_of_a_page_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = steps(monkeypatch, page, "_emptied", lambda *_: 1)
    cleaned(f"<body>{'<p>a' * 200}</body>", "html")
    assert 0 < looked["_emptied"] <= 200


@pytest.mark.parametrize(("unit", "kind"), [("~~~\n", "txt"), ("~~~\n\n", "md"), ("- a\n\na\n\n", "md")])
def test_blocks_that_are_the_same_are_asked_for_no_names(monkeypatch: pytest.MonkeyPatch, unit: str, kind: str) -> None:
    named = steps(monkeypatch, entry_evidence, "_has_other_option", lambda *_: 1)
    cleaned(unit * 1000, kind)
    assert named["_has_other_option"] == 0


def pages(count: int) -> str:
    """Pages that end alike, under one heading; each begins with words of its own."""
    said = "The mill stands on the river, and grinds for the town.\n\nThe weir was built of oak in the spring.\n\n"
    return "".join(
        f"{'abcdefghijklm'[at % 13] * 9} {at} is where it began.\n\n{said}# Colophon\n\n" for at in range(count)
    )


def test_a_heading_is_counted_once_in_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = steps(monkeypatch, runs, "_stands_twice", lambda *_: 1)
    asked = steps(monkeypatch, runs.Run, "_ends_paste", lambda *_: 1)
    cleaned(pages(60), "txt")
    assert asked["_ends_paste"] >= 40
    assert counted["_stands_twice"] <= 4


def test_kinds_are_asked_of_blocks_near_what_is_weighed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = steps(monkeypatch, view, "kind", lambda *_: 1)
    said = "The mill stands on the river, and grinds for the town, all year long.\n\n"
    other = "".join(f"# Part {at}\n\nWhat {at * 7919} says is {at * 104729}.\n\n" for at in range(400))
    cleaned(f"{other}# Mill\n\n{said}# Weir\n\n{said}", "txt")
    assert 0 < asked["kind"] <= 20


def damaged(said: str, rng: random.Random, rate: float) -> str:
    """Leave letters out, put others in, take some for others: so many a letter."""
    out = []
    for char in said:
        hit, other = char.isalpha() and rng.random() < rate, rng.choice("etaoinshrdlu")
        out.append(char if not hit else rng.choice(("", other, char + other)))
    return "".join(out)


def test_copies_full_of_errors_are_judged_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where most of sixty copies agree and one does not, that one is damaged: it fills in no form."""
    judged = steps(monkeypatch, Verdicts, "_judged", lambda *_: 1)
    said = (
        "The lamp lighter walks along the harbour wall every evening with a ladder on his shoulder. He counts forty "
        "lamps and never hurries, because the oil must settle before the flame is turned up."
    )
    rng = random.Random(2)
    copies = [said, *(damaged(said, rng, 0.12) for _ in range(60))]
    text = "\n\n".join(["A letter from the port.", *copies, "The mail boat leaves on Monday."]) + "\n"
    assert len(api.clean(text)) < 2 * len(said)
    assert judged.total() <= 3 * len(copies)


def test_cues_that_roll_are_compared_with_each_other_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each counts on by a number: what goes of ten thousand is no list to be searched, and no loop is the whole text."""
    compared: Counter[str] = Counter()

    def same(one: Repeat, other: object) -> bool:
        compared["repeats"] += 1
        return one is other

    monkeypatch.setattr(Repeat, "__eq__", same)
    marked = Counter[str]()
    alone = drift._alone

    def told(*args: Any) -> Any:
        found = alone(*args)
        marked["letters"] += len(found[1])
        return found

    monkeypatch.setattr(drift, "_alone", told)
    said = [f"The mill of number {number} stands." for number in range(301)]
    cues = (
        f"00:{at // 60:02d}:{at % 60:02d}.000 --> 01:00:00.000\n{said[at]}\n{said[at + 1]}\n\n" for at in range(300)
    )
    left = cleaned("WEBVTT\n\n" + "".join(cues), "vtt")
    assert left.count("mill") < 500
    assert compared["repeats"] <= 10
    assert 0 < marked["letters"] <= 6 * len(left)


def test_overlaps_within_each_other_go_in_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a row of overlaps each of which keeps what the one before it takes, one look takes every other one."""
    looked = steps(monkeypatch, scene, "tokenise", lambda folded: len(folded.text))
    word, longer = "bar ", "foo "
    while len(longer) < 16_000:
        word, longer = longer, longer + word
    assert len(cleaned(longer, "txt")) < 100
    assert looked["tokenise"] <= 6 * len(longer)


def test_records_that_are_equal_are_cleaned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are worked on together; each keeps its own place."""
    planned = steps(monkeypatch, api, "apply", lambda *_: 1)
    data = b'{"text": "The mill stands.\\nThe mill stands.", "more": "The mill stands on the river."}\n'
    job = records.Job("a.jsonl", Settings(), fields=(("text",), ("more",)))
    done = records.cleaned([Record(number, data) for number in range(1, 101)], job)
    assert planned["apply"] == 2
    assert [result.source.path for result in done[99].results] == ["a.jsonl:100:text", "a.jsonl:100:more"]
    assert done[0].results[0].plan == done[99].results[0].plan


@pytest.mark.parametrize(("unit", "kind"), [("~~~\n", "txt"), ("$$\n", "md")])
def test_what_stays_is_asked_for_guards_once(monkeypatch: pytest.MonkeyPatch, unit: str, kind: str) -> None:
    """Not again when it is known what the other repeats of the text are; nor is what each of its blocks is."""
    guarded = steps(monkeypatch, context, "guarded", lambda _view, parts: len(parts))
    kinds = steps(monkeypatch, View, "kind", lambda *_: 1)
    text = unit * 240
    assert cleaned(text, kind) == text
    blocks_of = len(View(fold(text)))
    assert 0.9 * blocks_of <= guarded["guarded"] <= blocks_of
    assert kinds["kind"] <= 9 * blocks_of


def test_blocks_beside_many_candidates_are_divided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    features._common_grams.cache_clear()
    features._grams.cache_clear()
    divided = steps(monkeypatch, features, "_windows", lambda *_: 1)
    asked = steps(monkeypatch, features, "_common_grams", lambda *_: 1)
    rng, words, lines = random.Random(3), _WORDS.split(), list[str]()
    for _ in range(6):
        said = " ".join(rng.choices(words, k=80))
        lines += [said[:size] for size in range(len(said), 30, -rng.randint(9, 25))]
    cleaned("\n".join(lines), "txt")
    assert asked["_common_grams"] >= 100
    assert divided["_windows"] <= asked["_common_grams"]


def test_a_file_that_takes_part_of_a_plan_is_not_fitted_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = steps(monkeypatch, document.Markdown, "settle", lambda *_: 1)
    marks = ("- ", "> ", "# ", "```\n", "~~~\n", "a\n", "\n", "    ", "1. ", "| ", "*a", "[a]: b\n")
    text = "".join(random.Random(1).choices(marks, k=20_000))
    assert len(cleaned(text, "md")) < len(text)
    assert fitted["settle"] == 2


def test_records_that_say_everything_once_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plan is made of each, and what becomes of it is the same."""
    planned = steps(monkeypatch, api, "apply", lambda *_: 1)
    said = [f"The mill of number {number} stands on the river." for number in range(100)]
    said[40] += " The mill of that number stands on the river." * 4
    some = [Record(number, json.dumps({"text": text}).encode() + b"\n") for number, text in enumerate(said)]
    job = records.Job("a.jsonl", Settings(), fields=(("text",),))
    done = records.work(some, job)
    assert planned["apply"] == 1
    assert done == [records.finished(each, job) for each in records.cleaned(some, job)]
    assert [each.number for each in done if each.removed] == [40]


def test_a_line_of_quotations_is_looked_at_once_however_deep_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = steps(monkeypatch, blocks.Blocks, "quotes", lambda *_: 1)
    text = f"{'>' * 15} a\n" * 100
    blocks.read_blocks.cache_clear()
    assert masked_blocks(blocks.read_blocks(text)).strip().startswith("a")
    assert looked["quotes"] <= 2 * 100


@pytest.mark.parametrize(("unit", "kind"), [("~~~\n", "txt"), ("~~~\n", "md"), ("~~~\n\n", "md"), ("$$\n", "md")])
def test_a_long_loop_of_signs_is_not_compared_with_itself(
    monkeypatch: pytest.MonkeyPatch, unit: str, kind: str
) -> None:
    """It stays as a loop, whatever its score: its halves, quarters and so on are no repeats beside it."""
    offered = steps(monkeypatch, context.Context, "offer", lambda *_: 1)
    said = "The mill stands on the river, and grinds for the town, all year long.\n\n"
    text = f"{said}{unit * 400}\n{said}"
    assert cleaned(text, kind).rstrip() == (said + unit * 400).rstrip()
    assert 1 <= offered["offer"] <= 2


def test_a_text_whose_edits_do_not_fit_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What else was tried, of all of it or of a section, is not remembered in its place."""
    rng = random.Random(5)
    pieces, ends = ("1. ", "\\\\", "“", "__", "他说了一句话。", ")"), ("\n\n", "\n\n", "\n")
    text = "".join(rng.choice(pieces) + rng.choice(ends) for _ in range(1000))
    fitted = steps(monkeypatch, cuts._Section, "fits", lambda *_: 1)
    parsed = steps(monkeypatch, blocks, "parse_blocks", lambda said: said == text)
    blocks.read_blocks.cache_clear()
    assert len(cleaned(text, "md")) < len(text)
    assert fitted["fits"] >= 10
    assert parsed["parse_blocks"] == 1
