"""Matching between texts: groups over all of them, edits of the later ones, and the laws over the outputs of a run."""

from __future__ import annotations

import hashlib
import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli import api
from dedupe_cli.across.pair import compare, pair_json, read_pair
from dedupe_cli.across.roles import Role
from dedupe_cli.across.subject import size
from dedupe_cli.apply.verify import verify_across
from dedupe_cli.errors import LawError
from dedupe_cli.model import AcrossPlan, Cut, Edit, Group, Kind, Reason, Safety, Source, Span
from dedupe_cli.settings import make

if TYPE_CHECKING:
    from collections.abc import Mapping

LICENCE = (
    "Whoever borrows the press signs the book at the desk, cleans the rollers with the oil that stands beside them and "
    "leaves the type in the cases as it was found, sorted by size and face, so that the next printer can begin without "
    "an hour of looking for the letters that somebody else has put into the wrong drawer."
)
OPENING = (
    "The workshop is open on four days of the week, from nine in the morning to six in the evening, and on the first "
    "Saturday of the month until eight; in August it is closed, because the building is let to a summer school that "
    "needs the rooms for its own courses and has done so for as long as anybody here can remember."
)
OPENING_LATER = OPENING.replace("until eight", "until ten")
SHORT = "Ask at the desk."
ZH = (
    "借用印刷机的人要在前台登记，用完以后用旁边的油把墨辊擦干净，把活字按大小和字体放回原来的格子里，"
    "这样下一个来印东西的人就不用花一个小时去找被别人放错抽屉的字，可以马上开始排版。"
)
ZH_LATER = ZH.replace("一个小时", "两个小时")
OWN = [
    "Nobody knows who built the long bench under the north window, but every printer has carved a letter into it.",
    "The smallest type in the house is a four point gothic that only two people can set without a lens.",
    "A cat sleeps on the paper stack and has to be lifted off before the guillotine can be used.",
    "Ink is mixed by eye, and the recipes stand in pencil on the door of the cupboard.",
]


def run(files: Mapping[str, str], **more: object) -> tuple[AcrossPlan, dict[str, str]]:
    results = [api.run(source(path, files[path]), make()) for path in sorted(files)]
    plan, out = api.across(results, make(), **more)  # type: ignore[arg-type]
    return plan, {result.source.path: result.text for result in out}


def source(path: str, text: str) -> Source:
    return Source(path, text, hashlib.sha256(text.encode()).hexdigest())


def test_names_that_two_texts_share_are_no_drift() -> None:
    names = "the rollers, the cases, the long bench, the small press, the guillotine and the paper stack"
    files = {
        "a.txt": f"{OWN[0]} On Mondays we clean {names}, whoever is there. {OWN[1]}\n",
        "b.txt": f"{OWN[2]} On Fridays nobody may touch {names.replace('bench', 'table')}, whoever asks. {OWN[3]}\n",
    }
    plan, _ = run(files)
    assert told(plan) == []


def test_names_in_a_text_and_its_translation_are_no_drift() -> None:
    tail = "north/window/bench/drawer/left/case/roman/twelve/point/upper/lower/figures/points/spaces/quads/keys"
    paths = [f"“/{name}/{tail}”" for name in ("press", "stove")]
    files = {
        "a.txt": f"The keys lie in {' and '.join(paths)} all the year round.\n",
        "b.txt": f"钥匙整年都放在{'和'.join(paths)}里面。\n",
    }
    assert told(run(files)[0]) == []


def test_numbers_of_the_versions_that_two_guides_are_of_are_their_own() -> None:
    body = (
        "To bring a winch from version {old} to version {new} the rope is unwound, the drum is oiled, and whoever turns it "
        "waits for the keeper of the harbour before the rope is wound again; nothing of a {old} winch is left then."
    )
    files = {
        "winch_2_1.txt": f"{OWN[0]}\n\n{body.format(old='2.0', new='2.1')}\n",
        "winch_2_2.txt": f"{OWN[1]}\n\n{body.format(old='2.1', new='2.2')}\n",
    }
    assert [rule for rule, _ in told(run(files)[0])] == ["D303"]
    files = {"winch.txt": files["winch_2_1.txt"], "drum.txt": files["winch_2_2.txt"]}
    assert [rule for rule, _ in told(run(files)[0])] == ["D302"]


def test_a_short_step_that_is_worded_anew_beside_text_that_goes_is_no_drift() -> None:
    step, later = "点击右上角的红色按钮，将会弹出登记船只的对话框。", "点击右上角的红色按钮，将会出现登记船只的对话框。"
    files = {"a.txt": f"{OWN[0]}\n\n{step}\n\n{ZH}\n", "b.txt": f"{OWN[1]}\n\n{later}\n\n{ZH}\n"}
    assert [rule for rule, _ in told(run(files)[0])] == ["D301"]
    files["b.txt"] = files["b.txt"].replace("将会出现", "不会弹出")
    assert sorted(rule for rule, _ in told(run(files)[0])) == ["D301", "D302"]


def test_a_plus_that_joins_two_paragraphs_is_no_drift() -> None:
    files = {
        "a.txt": f"{OWN[0]}\n\n\t{LICENCE}\n+\n{OWN[3]}\n",
        "b.txt": f"{OWN[1]}\n\n\t{LICENCE}\n\t{OWN[3]}\n",
    }
    assert "D302" not in [rule for rule, _ in told(run(files)[0])]


@pytest.mark.parametrize(
    "name", ["release-notes-{}.txt", "porting_guide_{}.txt", "CHANGELOG_V{}.txt", "notes/{}.1.txt"]
)
def test_what_the_notes_of_two_versions_share_is_no_repeat(name: str) -> None:
    files = {name.format(n): f"{OWN[n]}\n\n{LICENCE}\n" for n in (1, 2)}
    assert [rule for rule, _ in told(run(files)[0])] == ["D303"]
    files = {f"chapter_{n}.txt": f"{OWN[n]}\n\n{LICENCE}\n" for n in (1, 2)}
    assert [rule for rule, _ in told(run(files)[0])] == ["D301"]


def told(plan: AcrossPlan) -> list[tuple[str, list[int]]]:
    return [(group.rule, [member.source for member in group.members]) for group in plan.groups]


def values(group: Group, texts: list[str]) -> list[tuple[str, str]]:
    kept = texts[group.members[group.kept].source]
    return [
        (d.kept.of(kept), d.copy.of(texts[m.source]))
        for m in group.members
        for d in m.differences
        if d.kind is Kind.CONTENT
    ]


def test_a_paragraph_of_three_files_is_one_group_and_the_first_file_keeps_it() -> None:
    files = {f"{n}.txt": f"{OWN[n]}\n\n{LICENCE}\n\n{OWN[n][::-1]}\n" for n in range(3)}
    plan, out = run(files)
    assert told(plan) == [("D301", [0, 1, 2])]
    assert plan.groups[0].kept == 0
    assert plan.groups[0].safety is Safety.EXACT
    assert out["0.txt"] == files["0.txt"]
    assert [out[f"{n}.txt"] for n in (1, 2)] == [f"{OWN[n]}\n\n{OWN[n][::-1]}\n" for n in (1, 2)]
    assert [len(edits) for edits in plan.edits] == [0, 1, 1]
    assert plan.edits[1][0].kept_in == 0


def test_the_same_file_twice_is_one_finding() -> None:
    text = "\n\n".join(["# The press", OWN[0], LICENCE, "## Hours", OPENING, OWN[1]]) + "\n"
    plan, out = run({"a.md": text, "b.md": text, "c.md": f"{OWN[2]}\n"})
    assert told(plan) == [("D301", [0, 1])]
    assert plan.groups[0].members[1].spans == (Span(0, len(text) - 1),)
    assert out == {"a.md": text, "b.md": "", "c.md": f"{OWN[2]}\n"}


def test_nearly_the_same_file_is_one_finding_and_what_differs_one_more() -> None:
    parts = ["# The press", OWN[0], LICENCE, "## Hours", OPENING, OWN[1]]
    later = [OPENING_LATER if part is OPENING else part for part in parts]
    texts = ["\n\n".join(parts) + "\n", "\n\n".join(later) + "\n"]
    plan, out = run(dict(zip("ab", texts, strict=True)))
    assert told(plan) == [("D301", [0, 1]), ("D302", [0, 1])]
    assert values(plan.groups[1], texts) == [("eigh", "t")] or ("eight", "ten") in values(plan.groups[1], texts)
    assert "until ten" in out["b"]


@pytest.mark.parametrize(("one", "other", "value"), [(OPENING, OPENING_LATER, "ten"), (ZH, ZH_LATER, "两")])
def test_copies_that_drifted_apart_are_one_group_with_both_values(one: str, other: str, value: str) -> None:
    files = {"a": f"{OWN[0]}\n\n{one}\n", "b": f"{OWN[1]}\n\n{other}\n", "c": f"{OWN[2]}\n\n{other}\n"}
    plan, out = run(files)
    assert sorted(told(plan)) == [("D301", [1, 2]), ("D302", [0, 1])]
    [drift] = [group for group in plan.groups if group.rule == "D302"]
    assert drift.reasons in {(Reason.NUMBER,), (Reason.WORD,), (Reason.DATE,)}
    assert any(value in copy or copy in value for _, copy in values(drift, [files[name] for name in sorted(files)]))
    assert [out[name] for name in "ab"] == [files[name] for name in "ab"]


def test_a_damaged_copy_goes_when_the_earlier_one_says_the_same() -> None:
    damaged = LICENCE.replace("borrows", "borrovvs").replace("rollers", "ro1lers").replace("cases", "cascs")
    plan, out = run({"a": f"{LICENCE}\n", "b": f"{OWN[0]}\n\n{damaged}\n"})
    assert told(plan) == [("D301", [0, 1])]
    assert plan.groups[0].safety is Safety.SIMILAR
    assert out["b"] == f"{OWN[0]}\n"


def test_a_name_that_differs_twice_by_one_letter_is_no_damage() -> None:
    guide = (
        "This guide helps those who set up the ord-press in the cellar and the frames beside it, so that a first sheet can "
        "be pulled on the same day. The steps that are to be followed at the bench and at the frame are given below; how "
        "the ord-press is built inside is told in the book that lies on the shelf over the sink."
    )
    files = {"a": f"{guide}\n", "b": guide.replace("ord-press", "vord-press") + "\n"}
    plan, out = run(files)
    assert told(plan) == [("D302", [0, 1])]
    assert plan.groups[0].reasons == (Reason.NAME,)
    assert out == files


PAGE = (
    "The frost-{n} driver reads the warmth of the cellar four times an hour and writes it into the book of the frost-{n}, where "
    "the keeper of the press can look it up in the morning. It rounds up to the next degree that the scale has, and it does "
    "not wait for the bell."
)


def test_what_differs_is_what_each_file_is_about() -> None:
    files = {f"sensors/frost-{n}.rst": f"{OWN[at]}\n\n{PAGE.format(n=n)}\n" for at, n in enumerate((510, 620))}
    plan, out = run(files)
    assert told(plan) == [("D303", [0, 1])]
    assert out == files


def test_a_file_that_names_the_matter_of_another_one_has_drifted() -> None:
    files = {f"sensors/frost-{n}.rst": f"{OWN[at]}\n\n{PAGE.format(n=n)}\n" for at, n in enumerate((510, 620))}
    third = "sensors/frost-730.rst"
    plan, _ = run({**files, third: f"{OWN[2]}\n\n{PAGE.format(n=740)}\n"})
    assert ("D302", [0, 2]) in told(plan)


def test_notes_of_two_versions_are_records() -> None:
    files = {f"news/{name}.md": f"{OWN[at]}\n\n{LICENCE}\n" for at, name in enumerate(("2.9", "2.10"))}
    plan, out = run(files)
    assert told(plan) == [("D303", [0, 1])]
    assert out == files
    plan, _ = run({"news/2.9.md": f"{OWN[0]}\n\n{LICENCE}\n", "news/press.md": f"{OWN[1]}\n\n{LICENCE}\n"})
    assert told(plan) == [("D301", [0, 1])]


@pytest.mark.parametrize(
    "head", ["AUTHORS", "作者 AUTHOR", "Acknowledgements", "跋", "AUTHOR AND COPYRIGHT", "License"]
)
def test_who_made_something_is_no_repeat(head: str) -> None:
    credit = "\n".join(
        "       The press and the tools that belong to it were built by the people of the lower house and are looked after by all "
        f"who print on them; the {part} of this page was set by the keeper of the type and turned into lead by his sister."
        for part in ("first half", "second half")
    )
    files = {name: f"{OWN[at]}\n\n{head}\n{credit}\n" for at, name in enumerate("ab")}
    plan, _ = run(files)
    assert told(plan) == []
    assert told(run({name: text.replace(head, "RULES OF THE PRESS") for name, text in files.items()})[0]) == [
        ("D301", [0, 1])
    ]


def test_a_term_that_a_file_has_again_and_again_is_what_it_is_about() -> None:
    said = (
        "The count goes up whenever a parcel is put on the shelf. It goes down whenever a {who} that fetches parcels says that "
        "the one in its hands is done with; when the count is down to zero, whoever waits at the door of the {who} may go."
    )
    files = {
        name: f"{OWN[at]} A {who} never sleeps. Each {who} has a bell.\n\n{said.format(who=who)}\n"
        for at, (name, who) in enumerate({"a": "ferryman", "b": "coachman"}.items())
    }
    plan, _ = run(files)
    assert told(plan) == [("D303", [0, 1])]


def test_a_turn_of_phrase_beside_what_goes_is_no_drift() -> None:
    rest = (
        "the book says that the usual kind is :kind:`laid/heavy` unless it is hung on the inner line, in which "
        "case it would be :kind:`wove/light`. If the label of the sheet has no kind that the desk of the house knows, the book "
        "demands that the usual kind be :kind:`laid/heavy`."
    )
    files = {
        "a": f"{OWN[0]}\n\n{rest[0].upper()}{rest[1:]}\n",
        "b": f"{OWN[1]}\n\n(By the book of rules, sheets always have a kind, and the desk always says which it is. {rest})\n",
    }
    plan, _ = run(files)
    assert "D302" not in [rule for rule, _ in told(plan)]


def test_other_markup_in_a_part_of_a_paragraph_is_no_drift() -> None:
    one = (
        "Lamps are also **signals**, a more general kind of fire. They are lit at one place and seen at another one (from the hill, "
        "with a ``lens`` before the eye), but signals can be lit, hidden, and lit again at many places (the ``hoods``), and "
        "whoever has seen one knows that another one follows."
    )
    other = (
        one.replace("**signals**", "*signals*")
        .replace("``lens``", ":tool:`lens`")
        .replace("``hoods``", ":tool:`hoods`")
    )
    plan, _ = run(
        {
            "a": f"{OWN[0]}\n\n{one}\n",
            "b": f"{OWN[1]}\n\n{other} There will be more to say of the bells and of the drums one day, when they hang in the tower again.\n",
        }
    )
    assert "D302" not in [rule for rule, _ in told(plan)]


def test_what_names_a_file_is_as_long_as_its_words() -> None:
    said = "上面说的办法在:ref:`Presses/drawings/how-sheets-are-hung-up.rst <hu_sheetsarehungup>`文档中写得很清楚，这里只说大概。"
    span = Span(said.index(":ref"), said.index("写"))
    assert (
        size(said, Cut(span, (span,), (span,), 100.0))
        == len(["Presses", "drawings", "how", "sheets", "are", "hung", "up", "rst"]) + 3
    )


def test_a_reference_is_matched_against_and_never_edited() -> None:
    files = {"a": f"{LICENCE}\n\n{OWN[0]}\n", "b": f"{LICENCE}\n"}
    plan, out = run(files, roles=[Role(), Role(reference=True)])
    assert told(plan) == [("D301", [0, 1])]
    assert plan.groups[0].kept == 1
    assert out == {"a": f"{OWN[0]}\n", "b": files["b"]}


def test_scopes_are_not_compared_with_each_other() -> None:
    files = {"v1/a": f"{LICENCE}\n", "v2/a": f"{LICENCE}\n", "x": f"{LICENCE}\n"}
    plan, out = run(files, roles=[Role(scope=scope) for scope in ("v1", "v2", "")])
    assert told(plan) == [("D301", [0, 2])]
    assert out["v2/a"] == files["v2/a"]


def test_what_is_ignored_takes_no_part() -> None:
    files = {"a": f"{LICENCE}\n", "b": f"{LICENCE}\n"}
    plan, out = run(files, roles=[Role(), Role(ignored=(Span(0, 10),))])
    assert told(plan) == []
    assert out == files


def test_the_same_file_twice_is_one_finding_whatever_of_it_takes_no_part() -> None:
    marks = [
        ".. function:: press(sheet)",
        ".. versionadded:: 1.2",
        ".. index:: ink",
        ".. seealso:: paper",
        ".. note:: old",
    ]
    said = [LICENCE, OPENING, ZH, " ".join(OWN[:2]), " ".join(OWN[2:])]
    text = "\n\n".join(part for pair in zip(marks, said, strict=True) for part in pair) + "\n"
    ignored = tuple(Span(text.index(mark), text.index(mark) + len(mark)) for mark in marks)
    plan, _ = run({"a.rst": text, "b.rst": text}, roles=[Role(ignored=ignored)] * 2)
    assert told(plan) == [("D301", [0, 1])]
    assert len(plan.edits[1]) == len(said)


def test_notices_of_rights_are_no_repeats() -> None:
    notice = (
        "Copyright (C) 1911 the keepers of the press. There is no warranty for what is printed on it: whoever sells it, "
        "or gives it away, hands on these words with it, and may neither add to them nor leave anything out."
    )
    files = {"a": f"{OWN[0]}\n\n{notice}\n\n{OWN[1]}\n", "b": f"{OWN[2]}\n\n{notice}\n\n{OWN[3]}\n"}
    plan, out = run(files)
    assert told(plan) == []
    assert out == files
    assert told(run({name: text.replace(notice, LICENCE) for name, text in files.items()})[0]) == [("D301", [0, 1])]


def test_markup_is_no_drift() -> None:
    marked = OPENING.replace("summer school", ":ref:`summer school <school>`").replace("workshop", "*workshop*")
    plan, _ = run({"a": f"{OWN[0]}\n\n{OPENING}\n", "b": f"{OWN[1]}\n\n{marked}\n"})
    assert "D302" not in [rule for rule, _ in told(plan)]


def test_short_repeats_headings_and_code_stay() -> None:
    code = "Run it::\n\n" + "".join(f"    press --sheet {n} --ink black --dry 40\n" for n in range(12))
    files = {n: f"# Opening hours\n\n{SHORT}\n\n{code}\n{own}\n" for n, own in zip("abc", OWN, strict=False)}
    plan, out = run(files)
    assert told(plan) == []
    assert out == files


def test_what_stands_twice_in_a_file_goes_there_and_what_is_left_goes_for_the_other_file() -> None:
    files = {"a": f"{LICENCE}\n", "b": f"{LICENCE}\n\n{OWN[0]}\n\n{LICENCE}\n"}
    _, out = run(files)
    assert out == {"a": f"{LICENCE}\n", "b": f"{OWN[0]}\n"}


def test_a_wrong_plan_is_refused() -> None:
    texts = [f"{LICENCE}\n", f"{LICENCE}\n"]
    whole = Span(0, len(LICENCE))
    edits = [Edit(whole, "", "D301", "", Safety.EXACT, 0, (whole,), other) for other in (1, 0)]
    with pytest.raises(LawError, match="does not stay"):
        verify_across(texts, [[edits[0]], [edits[1]]], ["\n", "\n"])
    with pytest.raises(LawError, match="says something else"):
        verify_across([texts[0], f"{OPENING}\n"], [[edits[0]], []], ["\n", f"{OPENING}\n"])
    with pytest.raises(LawError, match="names no text"):
        verify_across(texts, [[Edit(whole, "", "D301", "", Safety.EXACT, 0, (whole,), 7)], []], ["\n", texts[1]])


PARTS = st.sampled_from([LICENCE, OPENING, OPENING_LATER, ZH, ZH_LATER, SHORT, "# Hours", *OWN])
FILES = st.lists(st.lists(PARTS, min_size=1, max_size=5).map(lambda parts: "\n\n".join(parts) + "\n"), max_size=5)


@settings(deadline=None, max_examples=25)
@given(FILES)
def test_everything_is_still_said_once_and_a_second_run_changes_nothing(texts: list[str]) -> None:
    files = {f"{n}.txt": text for n, text in enumerate(texts)}
    _, out = run(files)
    said = "\n".join(out.values())
    for part in {part for text in texts for part in text.rstrip().split("\n\n")}:
        assert part in said
    again, same = run(out)
    assert same == out
    assert not any(again.edits)
    for part in (LICENCE, OPENING, ZH):
        assert sum(part in text for text in out.values()) <= 1


@settings(deadline=None, max_examples=25)
@given(FILES, st.randoms())
def test_the_order_of_the_inputs_means_nothing(texts: list[str], random: object) -> None:
    files = {f"{n}.txt": text for n, text in enumerate(texts)}
    shuffled = list(files.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert run(files) == run(dict(shuffled))


def test_many_copies_of_one_paragraph_are_one_group() -> None:
    files = {f"{n:03}": f"{chr(0x4E00 + n) * 3}\n\n{LICENCE}\n" for n in range(60)}
    plan, _ = run(files)
    [group] = plan.groups
    assert [member.source for member in group.members] == list(range(60))


def test_spans_name_what_they_say() -> None:
    files = {"a": f"{OWN[0]}\n\n{OPENING}\n\n{LICENCE}\n", "b": f"{LICENCE}\n\n{OWN[1]}\n\n{OPENING_LATER}\n"}
    texts = [files[name] for name in sorted(files)]
    plan, _ = run(files)
    for group, member in itertools.chain.from_iterable(((g, m) for m in g.members) for g in plan.groups):
        kept = texts[group.members[group.kept].source]
        said = {span.of(texts[member.source]).rstrip(".") for span in member.spans}
        assert said <= {LICENCE.rstrip("."), OPENING.rstrip("."), OPENING_LATER.rstrip(".")}
        assert {span.of(kept).rstrip(".") for span in member.against} <= {LICENCE.rstrip("."), OPENING.rstrip(".")}


@pytest.mark.parametrize(
    ("one", "other"), [(OPENING, OPENING_LATER), (ZH, ZH_LATER), (LICENCE, LICENCE.upper()), (LICENCE, OPENING)]
)
def test_a_compared_pair_comes_back_from_its_stored_form(one: str, other: str) -> None:
    pair = compare(one, other, make())
    assert read_pair(pair_json(pair), len(one), len(other)) == pair


@pytest.mark.parametrize(
    "damage",
    [{"whole": True, "cuts": []}, {"cuts": [[1]]}, {"cuts": [{}]}, {"safety": "sure"}, {"safety": None}, {"held": 5}],
)
def test_a_damaged_pair_is_none(damage: dict[str, object]) -> None:
    row = json.loads(pair_json(compare(OPENING, OPENING_LATER, make())))
    assert read_pair(json.dumps(row).encode(), 10_000, 10_000) is not None
    assert read_pair(json.dumps(row | damage).encode(), 10_000, 10_000) is None


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff"])
def test_what_is_no_pair_is_none(data: bytes) -> None:
    assert read_pair(data, 100, 100) is None


def test_a_stored_pair_that_does_not_fit_is_none() -> None:
    pair = compare(OPENING, OPENING_LATER, make())
    assert read_pair(pair_json(pair), 10, len(OPENING_LATER)) is None


def test_a_run_of_short_entries_is_what_every_page_of_a_manual_has() -> None:
    entries = """
       -h, --help
           Show a short list of what may be asked of the press, and go home.

       -V, --version
           Show the number that is cast into the foot of the press, and go home.

       -q, --quiet
           Ring no bell when a sheet is through, whatever the size of the sheet.

       -s, --slow
           Let the sheets go at half of the speed that is usual in this house.

       -w, --wet
           Let the sheets go before they are dry, and do not hold them twice.
"""
    files = {name: f"{OWN[at]}\n{entries}\n{OWN[at + 2]}\n" for at, name in enumerate("ab")}
    plan, _ = run(files)
    assert told(plan) == []
    prose = "\n\n".join(line.strip() for line in entries.split("\n") if line.startswith("           "))
    plan, _ = run({name: f"{OWN[at]}\n\n{prose}\n\n{OWN[at + 2]}\n" for at, name in enumerate("ab")})
    assert told(plan) == [("D301", [0, 1])]


def test_declarations_between_marks_of_code_are_no_repeat() -> None:
    code = [
        "``void hang_up_sheet(struct press *press, struct sheet *sheet, unsigned long where, void *line, int number_of_pegs)``",
        "``void take_down_sheet(struct press *press, struct sheet *sheet, unsigned long where, void *line, int number_of_pegs)``",
        "``void turn_sheet(struct press *press, struct sheet *sheet, unsigned long where, void *line, int side_that_is_wet)`` too",
        "``int press_of(struct sheet *sheet, unsigned long where, unsigned long when, unsigned long which, unsigned long why)``",
    ]
    files = {name: "\n\n".join([OWN[at], *code, OWN[at + 2]]) + "\n" for at, name in enumerate("ab")}
    assert told(run(files)[0]) == []
    prose = {name: f"{text}\n{LICENCE.replace('the type', '``the type``')}\n" for name, text in files.items()}
    assert told(run(prose)[0]) == [("D301", [0, 1])]
