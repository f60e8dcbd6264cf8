"""Reports of check: the JSON holds its schema under every mix of flags, and says what the plan says."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import command
import strategies
from dedupe_cli.checking import checked
from dedupe_cli.finding import Finding, Severity, Status
from dedupe_cli.gate.baseline import Baseline, judge, read_baseline
from dedupe_cli.gate.sketch import ALIKE, alike, sketch
from dedupe_cli.model import Source, Span
from dedupe_cli.read.decode import decode
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms
from dedupe_cli.text.diff import opcodes
from dedupe_cli.text.language import language_of
from dedupe_cli.text.position import Point
from dedupe_cli.text.units import unit_of

SCHEMA = json.loads((files("dedupe_cli") / "data" / "check.schema.json").read_text(encoding="utf-8"))
HELD = command.TWICE.replace("six", "seven").replace("seven", "six", 1)


LIGHT = settings(deadline=None, max_examples=40)


def report(*args: str, stdin: bytes = b"") -> dict[str, Any]:
    """Run check and return its JSON, which holds the schema."""
    done = command.here(["check", *args], stdin)
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.txt").write_text(command.TWICE)
    (tmp_path / "b.md").write_text(HELD + "\n" + command.ZH_TWICE)
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "d.txt").write_bytes(b"a\0b")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "flags",
    [
        [], ["-q"], ["-v"], ["--no-text"], ["-j", "2"], ["--select", "ALL"], ["--exit-zero"], ["--unit", "paragraph"],
        ["--apply", "all"], ["--keep", "merged"], ["--color", "always"], ["--isolated"], ["--fail-level", "note"],
    ],
)  # fmt: skip
def test_json_holds_its_schema_and_stands_alone_on_stdout(flags: list[str]) -> None:
    found = report(".", "--format", "json", *flags)
    assert [file["path"] for file in found["files"]] == ["a.txt", "b.md", "d.txt"]
    assert found["files"][2]["skipped_reason"] == "binary"
    assert [error["path"] for error in found["errors"]] == ["c.txt"]
    assert found["errors"][0]["hint"]
    assert found["summary"]["new"] == len(found["groups"]) > 1
    assert all(("text" in m) is ("--no-text" not in flags) for g in found["groups"] for m in g["members"])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("flags", [[], ["--no-text"], ["--across"], ["--unit", "line"]])
def test_operations_make_each_member_of_the_kept_one(flags: list[str]) -> None:
    Path("e.md").write_text(f"{command.ZH_TWICE}\n\n{command.FIRST} {command.FIRST[:-9]}!\n\n# {command.FIRST}\n")
    with_text = report("a.txt", "b.md", "e.md", "-f", "json", *(f for f in flags if f != "--no-text"))
    found = report("a.txt", "b.md", "e.md", "-f", "json", *flags)
    several = 0
    for group, said in zip(found["groups"], with_text["groups"], strict=True):
        kept = said["members"][said["kept"]]["text"]
        assert group["help_url"].startswith(f"docs/rules.md#{group['rule'].lower()}-")
        for member, whole in zip(group["members"], said["members"], strict=True):
            assert [part for part in (member, whole) if part["ops"] != member["ops"]] == []
            assert made_by(member["ops"], kept, whole["text"]) == (kept, whole["text"])
            several += len(member["ops"]) > 1
    assert several


def made_by(ops: list[list[Any]], kept: str, copy: str) -> tuple[str, str]:
    """Put both texts together from the stretches that the operations name, each once and in order."""
    sides: tuple[list[str], list[str]] = [], []
    at = [0, 0]
    for tag, a0, a1, b0, b1 in ops:
        assert [a0, b0] == at
        assert tag == (
            "equal" if kept[a0:a1] == copy[b0:b1] else "insert" if a0 == a1 else "delete" if b0 == b1 else "replace"
        )
        at = [a1, b1]
        sides[0].append(kept[a0:a1])
        sides[1].append(copy[b0:b1])
    return "".join(sides[0]), "".join(sides[1])


@LIGHT
@given(st.text("ab 好。\n\u0301", max_size=12), st.text("ab 好。\n\u0301", max_size=12))
def test_operations_of_any_two_texts(one: str, other: str) -> None:
    assert made_by(opcodes(one, other), one, other) == (one, other)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("他花40块钱买了那匹马。", "zh"), ("先运行 setup，再打开 Settings 页面。", "zh"), ("馬を買った。", "ja"), ("말을 샀다.", "ko"),
        ("He bought the horse.", "und-Latn"), ("Он купил лошадь.", "und-Cyrl"), ("The word 马 is a horse, says the book.", "und-Latn"),
        ("40 + 12", None), ("", None), ("𐌰𐌱", None),
    ],
)  # fmt: skip
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("before", "said", "behind", "unit"),
    [
        ("", "One.", "", "paragraph"), ("A.\n\n", "One.\n\n", "B.", "paragraph"), ("A.\r\n\r\n- ", "One. Two.", "\r\n\r\nB.", "paragraph"),
        ("A.\n", "One.", "\n\nB.", "line"), ("A.\r\n", "One.\r\n", "B.", "line"), ("A. ", "One.", " B.", "sentence"),
        ("“甲。”", "乙。", "丙", "sentence"), ("", "One.", " B.", "sentence"), ("A one ", "and two", " and three.", "passage"),
        ("A. ", "One", " more.", "passage"), ("A,", "one.", "", "passage"), ("a" * 300, "b", " " * 300, "passage"),
    ],
)  # fmt: skip
def test_what_a_stretch_covers(before: str, said: str, behind: str, unit: str) -> None:
    assert unit_of(before + said + behind, Span(len(before), len(before + said))) == unit


@pytest.mark.usefixtures("folder")
def test_lines_of_json_are_the_same_objects() -> None:
    whole = report("a.txt", "b.md", "--format", "json")
    rows = [json.loads(line) for line in command.here(["check", "a.txt", "b.md", "-f", "jsonl"]).stdout.splitlines()]
    kinds = {"group": "groups", "file": "files", "error": "errors"}
    for kind, name in kinds.items():
        assert [{k: v for k, v in row.items() if k != "type"} for row in rows if row["type"] == kind] == whole[name]
    assert rows[-1] == {"type": "summary", **whole["summary"]}
    assert rows[0]["schema_version"] == whole["schema_version"]


@pytest.mark.usefixtures("folder")
def test_edits_make_what_clean_makes() -> None:
    found = report("a.txt", "--format", "json")
    data = command.TWICE.encode()
    for edit in sorted((e for g in found["groups"] for e in g["edits"]), key=lambda e: -e["start_byte"]):
        data = data[: edit["start_byte"]] + edit["replacement"].encode() + data[edit["end_byte"] :]
    assert data == command.here(["clean", "a.txt"]).stdout


def findings(text: str | Source, **options: Any) -> list[Finding]:
    source = decode(text.encode(), "a.txt") if isinstance(text, str) else text
    # Two copies in a text of four lines are a little sure only.
    return list(checked(source, Settings(**{"confidence": 30.0} | options), Terms()).findings)


@LIGHT
@given(
    st.sampled_from(["utf-8", "utf-16-le", "gb18030"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.sampled_from(["😀 ", "漢字", "\t", "e\u0301", "a ", "👨‍👩‍👧"]), max_size=5),
)
def test_points_count_in_every_unit(encoding: str, newline: str, lead: list[str]) -> None:
    bom = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe"}.get(encoding, b"")
    body = newline.join([command.FIRST, "", command.SECOND, "", "".join(lead) + command.FIRST, "", command.LAST])
    data = bom + body.encode(encoding)
    source = decode(data, "a.txt", encoding)
    found = next(f for f in findings(source) if len(f.members) == 2)
    lines = body.split(newline)
    for member in found.members:
        for point in (member.start, member.end):
            line = lines[point.line - 1]
            before = line[: point.column - 1]
            assert body[: point.char].count(newline) == point.line - 1
            assert body[: point.char].endswith(before)
            assert data[: point.byte] == bom + body[: point.char].encode(encoding)
            assert point.utf8_column == len(before.encode()) + 1
        assert body[member.start.char : member.end.char] == member.text


@LIGHT
@given(strategies.texts())
def test_findings_are_in_order_and_whole(text: str) -> None:
    found = findings(Source("a.txt", text, "0" * 64))
    assert found == sorted(found, key=lambda f: f.order)
    for each in found:
        assert 0 <= each.kept < len(each.members)
        assert each.place in each.members
        assert each.message
        assert all(member.start <= member.end for member in each.members)
        assert all(edit.start <= edit.end for edit in each.edits)


def test_places_in_subtitles_and_transcripts_are_those_of_the_file(folder: Path) -> None:
    said = command.FIRST[:-1]
    cues = [command.FIRST, command.SECOND, command.FIRST]
    srt = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(cues, 1))
    (folder / "a.srt").write_text(srt)
    segments = [{"start": float(n), "end": n + 0.5, "text": line} for n, line in enumerate(cues)]
    whole = json.dumps({"text": " ".join(cues), "segments": segments}, indent=1)
    (folder / "a.json").write_text(whole)
    for name, text in (("a.srt", srt), ("a.json", whole)):
        [group] = [g for g in report(name, "-f", "json")["groups"] if len(g["members"]) == 2]
        lines = text.splitlines()
        for member in group["members"]:
            assert said in lines[member["start"]["line"] - 1]
            assert member["text"] == said
        first, second = (member["start"]["char"] for member in group["members"])
        assert first < second
        assert text.rindex(said, 0, second + len(said) + 20) >= second
        data = text.encode()
        for edit in sorted(group["edits"], key=lambda e: -e["start_byte"]):
            data = data[: edit["start_byte"]] + edit["replacement"].encode() + data[edit["end_byte"] :]
        assert data.count(said.encode()) < text.count(said)


def entry(text: str, **options: Any) -> tuple[list[Finding], Baseline]:
    found = findings(text, **options)
    return found, Baseline.of(found)


def statuses(text: str, accepted: Baseline) -> list[Status]:
    return [f.status for f in judge(findings(text), accepted)[0]]


def test_an_accepted_repeat_is_accepted_again() -> None:
    _, accepted = entry(command.TWICE)
    again = read_baseline(accepted.to_json().encode(), "b.json")
    assert again.entries == accepted.entries
    assert statuses(command.TWICE, again) == [Status.BASELINED]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("moved", lambda t: "# A heading\n\nSomething new stands before it all.\n\n" + t),
        ("wrapped", lambda t: t.replace("weekdays and", "weekdays\nand")),
        ("a letter in both", lambda t: t.replace("evening", "evenings")),
        ("a letter in one", lambda t: t.replace("closes", "cloaes", 1)),
        ("another case", lambda t: t.replace("The reading", "the READING")),
    ],
)
def test_a_change_that_says_nothing_new_stays_accepted(name: str, change: Any) -> None:
    _, accepted = entry(command.TWICE)
    text = change(command.TWICE)
    assert text != command.TWICE
    assert statuses(text, accepted) == [Status.BASELINED]


def test_a_third_copy_is_new() -> None:
    _, accepted = entry(command.TWICE)
    [found] = judge(findings(f"{command.TWICE}\n{command.FIRST}\n"), accepted)[0]
    assert found.status is Status.NEW
    assert found.message.endswith("the baseline accepts 2")


def test_another_repeat_is_new() -> None:
    _, accepted = entry(command.TWICE)
    text = f"{command.TWICE}\n{command.SECOND}\n"
    assert statuses(text, accepted) == [Status.BASELINED, Status.NEW]


def test_what_is_held_back_is_not_accepted_for_what_goes() -> None:
    _, accepted = entry(HELD)
    assert statuses(command.TWICE, accepted) == [Status.NEW]


@LIGHT
@given(st.lists(strategies.sentences, min_size=2, max_size=2, unique=True))
def test_sketches_of_other_texts_differ(pair: list[str]) -> None:
    assert alike(sketch(pair[0]), sketch(pair[1])) < ALIKE
    assert alike(sketch(pair[0]), sketch(pair[0])) == len(sketch(pair[0])) // 2


@LIGHT
@given(strategies.sentences, st.data())
def test_a_letter_changes_little_of_a_sketch(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = text[:at] + data.draw(st.sampled_from(["", "x", "的"])) + text[at + 1 :]
    assert alike(sketch(text), sketch(other)) >= ALIKE


def test_severities_are_ordered() -> None:
    assert Severity.NOTE < Severity.INFO < Severity.ERROR
    assert Point(1, 1, 0, 0, 1) < Point(1, 2, 1, 1, 2)
