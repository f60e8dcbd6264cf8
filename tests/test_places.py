"""Where findings in files that are more than text stand: the lines of the file, and the part of it."""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import command
from dedupe_cli.checking import Checked, checked, report_of
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.render.reports.formats import render
from dedupe_cli.settings import make
from dedupe_cli.terms import Terms
from dedupe_cli.text.position import LineTable
from test_check import SCHEMA
from test_containers import HTML, SAID
from test_formats import EFFECTIVE

SAMPLES = Path(__file__).parents[1] / "samples"


def check(name: str, data: bytes, **options: Any) -> Checked:
    return checked(open_source(data, name), make(**options), Terms())


@pytest.mark.parametrize("name", ["handbook.md", "lecture.vtt", "lecture-zh.srt", "meeting.json", "notice.html"])
def test_places_are_those_of_the_file(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    text = data.decode()
    table = LineTable(text)
    found = check(name, data).findings
    assert found
    for place in (member for finding in found for member in finding.members):
        words = place.text.split()
        assert text.startswith(words[0], place.start.char)
        assert text.endswith(words[-1], 0, place.end.char)
        for point in (place.start, place.end):
            assert table.starts[point.line - 1] + point.column - 1 == point.char
            assert point.byte == len(text[: point.char].encode())
    for edit in (edit for finding in found for edit in finding.edits):
        assert edit.part is None
        assert data[edit.start.byte : edit.end.byte].decode() == text[edit.start.char : edit.end.char]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(HTML), st.lists(st.sampled_from(SAID), min_size=1, max_size=2)), max_size=8))
@example([(HTML[0], [SAID[1], SAID[0]]), (HTML[0], [SAID[1], SAID[1]]), (HTML[0], [SAID[0]])])
@example([(HTML[0], [SAID[1]]), (HTML[0], [SAID[0], SAID[1]]), (HTML[3], [SAID[1], SAID[0]])])
def test_places_in_any_page_are_those_of_the_file(parts: list[tuple[str, list[str]]]) -> None:
    text = "<!doctype html>" + "\n".join(form.format(" ".join(said)) for form, said in parts)
    for place in (member for finding in check("a.html", text.encode()).findings for member in finding.members):
        words = [word for word in place.text.split() if word != "-"]  # bullets are made
        shown = html.unescape(text[place.start.char : place.end.char])
        assert shown.startswith(words[0])
        assert shown.endswith(words[-1])


CUES = """WEBVTT

one
00:00:01.000 --> 00:00:02.500
<v Ann>The reading <b>room</b> opens at nine on weekdays and closes at six in the evening.

NOTE between

01:00:02.000 --> 01:00:04.000
Nobody asks.
<v Ann>The reading room opens at nine on weekdays and closes at six in the evening.
"""
SEGMENTS = json.dumps(
    {"segments": [{"start": 1.5, "end": 2, "text": f" {command.FIRST}"}, {"start": "x", "text": f" {command.FIRST}"}]}
)
TABLE = f"start\tend\ttext\n0\t900\tYes.\n900\t3700250\t{command.FIRST}\n3700250\t3700900\t{command.FIRST}\n"


@dataclass(frozen=True)
class Named:
    """A file, and what is said of its first copy: the line of concise, the part in JSON."""

    name: str
    text: str
    line: str
    part: dict[str, Any]


NAMED = [
    Named(
        "a.vtt",
        CUES,
        "a.vtt:11:4: D101 cue 2 at 01:00:02: exact copy of cue 1 at 00:00:01: ",
        {"kind": "cue", "number": 2, "label": None, "start": 3602.0, "end": 3604.0},
    ),
    Named(
        "a.srt",
        f"7\n00:00:01,000 --> 00:00:02,000\n{command.FIRST}\n\n8\n00:00:03,5 --> 00:00:04,000\n{command.FIRST}\n",
        "a.srt:7:1: D203 cue 2 at 00:00:03: repeats cue 1 at 00:00:01 at once: ",
        {"kind": "cue", "number": 2, "label": "8", "start": 3.5, "end": 4.0},
    ),
    Named(
        "a.json",
        SEGMENTS,
        f"a.json:1:{SEGMENTS.rindex('The r') + 1}: D203 segment 2: repeats segment 1 at 00:00:01 at once: ",
        {"kind": "segment", "number": 2, "start": None, "end": None},
    ),
    Named(
        "a.tsv",
        TABLE,
        "a.tsv:4:17: D203 segment 3 at 01:01:40: repeats segment 2 at 00:00:00 at once: ",
        {"kind": "segment", "number": 3, "start": 3700.25, "end": 3700.9},
    ),
]


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.name)
def test_parts_are_named(case: Named) -> None:
    found = check(case.name, case.text.encode())
    report, _ = report_of(found.findings, [found.record], effective=EFFECTIVE)
    assert render(report, "concise").startswith(case.line)
    [group] = json.loads(render(report, "json"))["groups"]
    assert group["members"][1]["part"] == case.part
    assert group["members"][1]["part"]["kind"] in render(report, "github")
    [result] = json.loads(render(report, "sarif"))["runs"][0]["results"]
    assert result["locations"][0]["logicalLocations"][0]["name"] in case.line


def document(*said: str) -> bytes:
    made = docx.Document()
    for text in said:
        made.add_heading(text[2:], 1) if text.startswith("# ") else made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


WORD = document(
    "# Times", "", command.FIRST, "# Places", "Yes.", f"It was said before. {command.SECOND}",
    command.FIRST, command.SECOND, command.LAST, "No.", command.SECOND, command.LAST,
)  # fmt: skip


def test_word_has_paragraphs_and_headings() -> None:
    paragraphs = [p.text for p in docx.Document(io.BytesIO(WORD)).paragraphs]
    found = check("a.docx", WORD)
    report, _ = report_of(found.findings, [found.record], effective=EFFECTIVE)
    root = json.loads(render(report, "json"))
    for member in (member for group in root["groups"] for member in group["members"]):
        part = member["part"]
        first, last = paragraphs[part["number"] - 1], paragraphs[part.get("last", part["number"]) - 1]
        assert part["heading"] == ("Times" if part["number"] < 4 else "Places")
        assert first[member["start"]["char"] :].startswith(member["text"].split()[0])
        assert last[: member["end"]["char"]].endswith(member["text"].split()[-1])
    for edit in (edit for group in root["groups"] for edit in group["edits"]):
        gone = paragraphs[edit["part"]["number"] - 1].encode()[edit["start_byte"] : edit["end_byte"]].decode()
        assert gone.strip() in {command.FIRST, command.SECOND, command.LAST}
    assert root["summary"]["duplication_percent"] > 10
    assert root["files"][0]["chars"] < 1500
    assert render(report, "concise").splitlines()[0].startswith("a.docx:paragraph 7: D101 exact copy of paragraph 3: ")


def test_formats_that_know_only_lines_count_the_paragraphs_of_word() -> None:
    found = check("a.docx", WORD)
    report, _ = report_of(found.findings, [found.record], effective=EFFECTIVE)
    assert "::error file=a.docx,line=7,endLine=7,title=D101 exact-copy::paragraph 7: exact copy of" in render(
        report, "github"
    )
    begins = [each["location"]["positions"]["begin"]["line"] for each in json.loads(render(report, "gitlab"))]
    rows = [json.loads(line) for line in render(report, "rdjsonl").splitlines()]
    results = json.loads(render(report, "sarif"))["runs"][0]["results"]
    at = begins.index(7)
    row, result = rows[at], results[at]
    assert row["location"]["range"] == {"start": {"line": 7}, "end": {"line": 7}}
    assert result["locations"][0]["physicalLocation"]["region"].items() >= {"startLine": 7, "endLine": 7}.items()
    assert "suggestions" not in row
    assert "fixes" not in result
    assert "a.docx:paragraph 7 |" in render(report, "markdown")
    assert "D101 paragraph 7 [" in render(report, "junit")


def test_parts_of_other_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    long = f"{command.FIRST} {command.SECOND} {command.LAST}"
    (tmp_path / "a.docx").write_bytes(document("# Times", long))
    (tmp_path / "b.html").write_text(f"<!doctype html>\n<h1>Times</h1>\n<p>{long}</p>\n<p>No.</p>\n")
    (tmp_path / "c.vtt").write_text(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{long}\n\n00:02.000 --> 00:03.000\nNo.\n")
    done = command.here(["check", "--across", "-f", "json", "a.docx", "b.html", "c.vtt"])
    [group] = json.loads(done.stdout)["groups"]
    assert [(m["path"], m["start"]["line"]) for m in group["members"]] == [("a.docx", 1), ("b.html", 2), ("c.vtt", 4)]
    assert "stands in a.docx:paragraph 1, too (in 3 files): " in group["message"]
    page = (tmp_path / "b.html").read_bytes()
    [edit] = [edit for edit in group["edits"] if edit["path"] == "b.html"]
    assert page[edit["start_byte"] : edit["end_byte"]].decode() == f"<h1>Times</h1>\n<p>{long}</p>\n"


def test_a_word_document_is_part_of_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.docx").write_bytes(document(command.FIRST, command.SECOND))
    (tmp_path / "b.docx").write_bytes(document(command.FIRST, command.LAST, command.FIRST))
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*run, *words], check=True)
    assert command.here(["check", "--since", "HEAD", "a.docx", "b.docx"]).returncode == 0
    (tmp_path / "a.docx").write_bytes(document(command.FIRST, command.SECOND, command.FIRST))
    done = command.here(["check", "-q", "-f", "concise", "--since", "HEAD", "a.docx", "b.docx"])
    assert done.stdout.decode().startswith("a.docx:paragraph 3: D101")
    assert done.stdout.count(b"\n") == 1


HELD = """The bell of the old fire station rings at noon on the first Monday of the month, and nobody minds it.

The mayor minds. **The bell of the old fire station rings at noon on the first Monday of the month, and nobody minds it. Alas.**
"""


def test_a_copy_that_the_file_does_not_let_go_is_held_back_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(HELD)
    done = command.here(["check", "-q", "a.md"])
    assert done.returncode == 1
    assert b"D202 stands in line 1, too; held back: the Markdown around it would change [" in done.stdout
    root = json.loads(command.here(["check", "-q", "-f", "json", "a.md"]).stdout)
    assert [m["decision"] for m in root["groups"][0]["members"]] == ["keep", "protected"]
    assert root["groups"][0]["applicability"] == "none"
    assert root["summary"]["held_back"] == 1
    shown = command.here(["diff", "--layout", "inline", "--width", "100", "--color", "never", "a.md"])
    assert shown.returncode == 0
    text = shown.stdout.decode()
    assert "held back, both stay: the Markdown around it would change" in text
    assert "    1 = The bell" in text
    assert "    3 ! The bell" in text
    told = command.here(["explain", root["groups"][0]["id"], "a.md"]).stdout.decode()
    assert "protected: the Markdown around it would change" in told


def test_a_copy_that_stays_beside_one_that_goes_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(HELD + "\n" + HELD.partition("\n")[0] + "\n")
    done = command.here(["check", "-q", "a.md"])
    assert b"(3 copies); 1 of them held back: the Markdown around it would change" in done.stdout
    text = command.here(["diff", "--layout", "inline", "--width", "100", "--color", "never", "a.md"]).stdout.decode()
    assert "    3 ! The bell" in text
    assert "held back: the Markdown around it would change" in text


def test_cards_count_the_lines_of_the_file_and_the_paragraphs_of_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.vtt").write_text(CUES)
    Path("a.docx").write_bytes(WORD)
    view = ["diff", "--layout", "inline", "--color", "never"]
    assert "twice, 1 goes: line 5 stays" in command.here([*view, "a.vtt"]).stdout.decode()
    assert "twice, 1 goes: paragraph 3 stays" in command.here([*view, "a.docx"]).stdout.decode()
    narrow = command.here([*view, "--width", "50", "a.docx"]).stdout.decode()
    assert "= paragraph 3\n" in narrow
    checked = command.here(["check", "-q", "-f", "full", "--width", "50", "--color", "never", "a.docx"]).stdout.decode()
    assert "a.docx:paragraph 7  exact copy of paragraph 3" in checked
    assert "- paragraph 7\n- exact copy  under Places\n" in checked


def test_marks_of_quotation_are_no_part_of_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = command.FIRST.split(" at six ")
    other = f"at six {other}"
    Path("a.md").write_text(f"{command.FIRST}\n\n# Said > written\n\n> {one}\n> {other}\n\nNo.\n")
    root = json.loads(command.here(["check", "-q", "-f", "json", "a.md"]).stdout)
    assert root["groups"][0]["members"][1]["text"].split() == command.FIRST.rstrip(".").split()
    text = command.here(["diff", "--layout", "inline", "--color", "never", "a.md"]).stdout.decode()
    assert ">" not in text
    assert "5 - " in text
    assert root["groups"][0]["edits"][0]["start_byte"] == Path("a.md").read_bytes().index(b"> The")


def test_cards_of_check_name_cues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.vtt").write_text(CUES)
    text = command.here(["check", "-q", "-f", "full", "--color", "never", "--width", "120", "a.vtt"]).stdout.decode()
    assert text.startswith("a.vtt:11:4  exact copy of cue 1 at 00:00:01")
    assert "in the evening  cue 1 at 00:00:01\n" in text
    assert "11 - exact copy  cue 2 at 01:00:02\n" in text


def test_a_loop_is_named_once() -> None:
    said = json.dumps({"segments": [{"start": 61, "end": 62, "text": " Thank you for watching." * 5}]})
    found = check("a.json", said.encode())
    report, _ = report_of(found.findings, [found.record], effective=EFFECTIVE)
    assert ": D203 repeats segment 1 at 00:01:01 at once (5 copies): " in render(report, "concise")


RECORDS = "".join(
    json.dumps(row, ensure_ascii=False) + "\n"
    for row in (
        {"id": "one", "text": command.ONCE},
        {"id": "two", "text": f"{command.ZH_FIRST}\n\n{command.ZH_SECOND}\n\n{command.ZH_FIRST}"},
        {"id": 3, "text": command.TWICE, "messages": [{"content": "No."}, {"content": command.ZH_TWICE}]},
    )
)


def test_findings_in_records_name_record_and_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text(RECORDS)
    done = command.here(["check", "-q", "-f", "concise", "a.jsonl"])
    assert done.returncode == 1
    first, second = done.stdout.decode().splitlines()
    assert first.startswith("a.jsonl:2: D101 text, line 5: exact copy of line 1: ")
    assert second.startswith("a.jsonl:3: D101 text, line 5: exact copy of line 1: ")
    words = ["check", "-q", "--field", "text", "--field", "messages[*].content"]
    root = json.loads(command.here([*words, "-f", "json", "a.jsonl"]).stdout)
    parts = [group["members"][1]["part"] for group in root["groups"]]
    assert parts == [
        {"kind": "record", "number": 2, "id": "two", "field": "text"},
        {"kind": "record", "number": 3, "id": "3", "field": "messages[1].content"},
        {"kind": "record", "number": 3, "id": "3", "field": "text"},
    ]
    rows = [json.loads(line) for line in RECORDS.splitlines()]
    texts = [rows[1]["text"], rows[2]["messages"][1]["content"], rows[2]["text"]]
    for group, text in zip(root["groups"], texts, strict=True):
        for member in group["members"]:
            assert text[member["start"]["char"] : member["end"]["char"]] == member["text"]
        [edit] = group["edits"]
        raw = text.encode()
        assert (raw[: edit["start_byte"]] + raw[edit["end_byte"] :]).decode().count(group["members"][0]["text"]) == 1
        assert edit["expect_sha256"] == hashlib.sha256(raw).hexdigest()
    assert root["files"] == [
        {
            "path": "a.jsonl",
            "sha256": hashlib.sha256(RECORDS.encode()).hexdigest(),
            "encoding": "utf-8",
            "encoding_source": "utf-8",
            "newline": "",
            "lines": 3,
            "chars": sum(map(len, texts)) + len(command.ONCE) + len("No."),
            "skipped_reason": None,
        }
    ]
    jsonschema.validate(root, SCHEMA)


def test_records_in_other_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(f'id,said\n7,"{command.TWICE}"\n')
    command.here(["check", "-q", "--field", "said", "-f", "sarif", "-o", "a.sarif", "a.csv"])
    [result] = json.loads(Path("a.sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["logicalLocations"] == [{"name": "record 2, said"}]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert "fixes" not in result
    said = command.here(["check", "-q", "--field", "said", "-f", "full", "--color", "never", "a.csv"]).stdout.decode()
    assert said.startswith("a.csv:2  said: exact copy of line 1")
    assert "\n    5 - exact copy\n" in said


def test_records_are_accepted_and_read_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dedupe.toml").write_text("")
    Path("a.jsonl").write_text(RECORDS)
    assert command.here(["baseline", "write", "-q", "a.jsonl"]).returncode == 0
    assert command.here(["check", "-q", "a.jsonl"]).returncode == 0
    packed = gzip.compress(RECORDS.encode())
    done = command.here(["check", "-q", "--no-baseline", "--stdin-filename", "b.jsonl.gz", "-"], packed)
    assert done.stdout.decode().startswith("b.jsonl.gz:2: D101 text, line 5: ")


def test_records_of_a_commit_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text(RECORDS)
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*run, *words], check=True)
    Path("a.jsonl").write_text(RECORDS + json.dumps({"text": f"{command.LAST}\n\nNo.\n\n{command.LAST}"}) + "\n")
    done = command.here(["check", "-q", "-f", "concise", "--baseline-from-ref", "HEAD", "a.jsonl"])
    [line] = done.stdout.decode().splitlines()
    assert line.startswith("a.jsonl:4: D101 text, line 5: exact copy of line 1: ")


def test_a_repeat_in_a_record_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text(RECORDS)
    found = command.here(["check", "-q", "a.jsonl"]).stdout.decode()
    name = found.splitlines()[0].rpartition("[")[2].rstrip("]")
    done = command.here(["explain", name, "a.jsonl"])
    assert done.returncode == 0
    assert re.match(rf"a.jsonl:2:text\n\n1  twice, 1 goes: line 1 stays  +D101 exact {name}\n", done.stdout.decode())
    assert b"    5 - exact copy\n" in done.stdout
    assert command.here(["explain", name, "--field", "messages[0].content", "a.jsonl"]).returncode == 2


def test_records_that_cannot_be_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text(RECORDS.replace('{"id": "two"', '{"id": two'))
    Path("b.jsonl").write_text("no\n" * 30)
    Path("c.jsonl").write_text('{"said": "x"}\n')
    done = command.here(["check", "-q", "a.jsonl", "b.jsonl", "c.jsonl"])
    assert done.returncode == 2
    assert done.stdout.decode().startswith("a.jsonl:3: D101")
    said = done.stderr.decode()
    assert "error: a.jsonl:2: not JSON (" in said
    assert "error: b.jsonl:20: not JSON (" in said
    assert "b.jsonl:21:" not in said
    assert "error: b.jsonl: 10 more records like these" in said
    assert "error: c.jsonl: no record has a field text with a text in it\nhint: --field says where it is\n" in said
    wrong = command.here(["check", "--field", "text", "dedupe.md"], b"")
    assert wrong.returncode == 2


def test_a_paragraph_that_stands_in_another_file_is_shown_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    long = f"{command.FIRST} {command.SECOND} {command.LAST}"
    Path("a.txt").write_text(f"A\n\n{long}\n")
    Path("b.txt").write_text(f"B\n\nNo.\n\n{long}\n\nYes.\n")
    shown = command.here(
        ["diff", "--across", "--whole-files", "--layout", "inline", "--color", "never", "a.txt", "b.txt"]
    )
    assert "    5 - [-The reading room" in shown.stdout.decode()
    assert "Yes." not in shown.stdout.decode()
