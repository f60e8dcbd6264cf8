"""Every format says the same of one shared set of findings, each place in the unit of the format."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import command
from dedupe_cli.checking import checked, report_of
from dedupe_cli.cli.console import inert
from dedupe_cli.finding import Failure, FileRecord, Report, Status
from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.policy import FORMATS
from dedupe_cli.read.decode import decode
from dedupe_cli.read.project import Project
from dedupe_cli.render.reports.formats import render
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

EFFECTIVE = Project(isolated=True).at(".")
# Place: path, first line, column in the unit of the format (None: the format has none).
Places = set[tuple[str, int, int | None]]


def report(texts: dict[str, bytes | str], *, accepted: str = "", errors: tuple[Failure, ...] = ()) -> Report:
    """Check some texts; the repeats of the text ``accepted`` are in the baseline."""
    every = [
        checked(decode(t if isinstance(t, bytes) else t.encode(), p), Settings(), Terms()) for p, t in texts.items()
    ]
    base = Baseline.of(checked(decode(accepted.encode(), "x"), Settings(), Terms()).findings) if accepted else None
    found = [finding for each in every for finding in each.findings]
    files = [*(each.record for each in every), FileRecord("pictures/a.txt", skipped="binary")]
    return report_of(found, files, errors, effective=EFFECTIVE, baseline=base)[0]


MANY = report(
    {
        "docs/a.md": f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST}\n\n# Ends\n\n{command.FIRST}\n",
        "docs/b [1], 50%.md": f"{command.ZH_FIRST}\n\n{command.ZH_SECOND}\n\n{command.ZH_FIRST}\n",
        "held.txt": f"{command.FIRST} Or at 18:00.\n\n{command.SECOND}\n\n{command.FIRST} Or at 19:00.\n",
        "hidden.md": f"{command.LAST}\n\n{command.SECOND}\n\n<!-- dedupe: ignore -->\n{command.LAST}\n",
        "loop.txt": "The bell rings. I do not know. I do not know. I do not know. I do not know. Then we left.\n",
        "none.txt": command.ONCE,
        "unused.md": f"<!-- dedupe: ignore -->\n{command.SECOND}\n",
    },
    accepted=f"{command.ZH_FIRST}\n\n{command.ZH_SECOND}\n\n{command.ZH_FIRST}\n",
    errors=(Failure("gone.txt", "gone.txt: no such file or directory", "check the name"),),
)
# Each copy on its own, a loop once; what is accepted or hidden does not count.
MARKED: Places = {
    ("docs/a.md", 5, 1), ("docs/a.md", 9, 1), ("held.txt", 5, 1), ("loop.txt", 1, 32), ("unused.md", 1, 1),
}  # fmt: skip


def places(form: str, text: str) -> Places:
    """Read the places of a report."""
    read = {
        "concise": _concise, "github": _github, "gitlab": _gitlab, "sarif": _sarif, "rdjsonl": _rdjsonl, "csv": _csv,
        "json": _json, "jsonl": _jsonl, "junit": _junit, "markdown": _markdown,
    }  # fmt: skip
    return read[form](text)


def _concise(text: str) -> Places:
    rows = [re.match(r"(.*?):(\d+):(\d+): [DW]\d{3} .* \[[0-9a-f]{8}\]$", line) for line in text.splitlines()]
    return {(m[1], int(m[2]), int(m[3])) for m in rows if m}


def _unescaped(value: str) -> str:
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        value = value.replace(code, char)
    return value


def _github(text: str) -> Places:
    out = set()
    for line in text.splitlines():
        found = re.fullmatch(r"::(?:error|warning|notice) (.*?)::(.*)", line)
        assert found
        fields = dict(pair.split("=", 1) for pair in found[1].split(","))
        column = int(fields["col"]) if "col" in fields else None
        out.add((_unescaped(fields["file"]), int(fields["line"]), column))
    return out


def _gitlab(text: str) -> Places:
    rows = json.loads(text)
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    begins = [(row["location"]["path"], row["location"]["positions"]["begin"]) for row in rows]
    return {(path, begin["line"], begin["column"]) for path, begin in begins}


def _sarif(text: str) -> Places:
    [run] = json.loads(text)["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    out = set()
    for row in run["results"]:
        assert run["tool"]["driver"]["rules"][row["ruleIndex"]]["id"] == row["ruleId"]
        if row.get("baselineState") == "unchanged" or "suppressions" in row:
            continue
        where = row["locations"][0]["physicalLocation"]
        region = where["region"]
        out.add((unquote(where["artifactLocation"]["uri"]), region["startLine"], region["startColumn"]))
    return out


def _rdjsonl(text: str) -> Places:
    rows = [json.loads(line)["location"] for line in text.splitlines()]
    return {(r["path"], r["range"]["start"]["line"], r["range"]["start"]["column"]) for r in rows}


def _csv(text: str) -> Places:
    rows = list(csv.DictReader(io.StringIO(text)))
    return {(r["path"], int(r["line"]), int(r["column"])) for r in rows if r["status"] == "new"}


def _json(text: str) -> Places:
    return _objects(json.loads(text)["groups"])


def _jsonl(text: str) -> Places:
    return _objects([row for row in map(json.loads, text.splitlines()) if row["type"] == "group"])


def _objects(groups: list[dict[str, Any]]) -> Places:
    return {
        (m["path"], m["start"]["line"], m["start"]["column"])
        for g in groups if g["status"] == "new" for m in g["members"]
    }  # fmt: skip


def _junit(text: str) -> Places:
    root = ET.fromstring(text)
    out: Places = set()
    for suite in root:
        for case in suite:
            body = "".join(case.itertext())
            found = re.match(r"(.*?):(\d+):(\d+): ", body)
            if found:
                out.add((found[1], int(found[2]), int(found[3])))
    return out


def _markdown(text: str) -> Places:
    rows = [re.match(r"\| (.*?):(\d+) \| [DW]\d{3} ", line) for line in text.splitlines()]
    return {(re.sub(r"\\(.)", r"\1", m[1]), int(m[2]), None) for m in rows if m}


def firsts(found: Report) -> Places:
    return {(f.place.path, f.place.start.line, f.place.start.column) for f in found.new}


def members(found: Report) -> Places:
    return {(m.path, m.start.line, m.start.column) for f in found.new for m in f.members}


EXPECTED: dict[str, Places] = {
    **dict.fromkeys(("github", "gitlab", "sarif", "rdjsonl"), MARKED),
    **dict.fromkeys(("concise", "junit"), firsts(MANY)),
    **dict.fromkeys(("json", "jsonl", "csv"), members(MANY)),
    "markdown": {(path, line, None) for path, line, _ in firsts(MANY)},
}


def test_the_shared_set_has_everything() -> None:
    assert {f.status for f in MANY.findings} == set(Status)
    assert {f.rule for f in MANY.new} == {"D101", "D203", "D401", "D901"}
    assert set(EXPECTED) == set(FORMATS) - {"full"}


@pytest.mark.parametrize("form", EXPECTED)
def test_a_format_says_all_of_it(form: str) -> None:
    text = render(MANY, form)
    assert places(form, text) == EXPECTED[form]
    assert text == render(MANY, form)


@pytest.mark.parametrize("form", EXPECTED)
def test_an_empty_report_can_be_read(form: str) -> None:
    assert places(form, render(report({"a.txt": command.ONCE}), form)) == set()


@pytest.mark.parametrize("form", [form for form in EXPECTED if form != "concise"])
def test_errors_are_in_the_report_where_a_format_has_a_place_for_them(form: str) -> None:
    if form not in {"github", "gitlab", "rdjsonl", "csv"}:
        assert "no such file or directory" in render(MANY, form)


@pytest.mark.parametrize("form", EXPECTED)
def test_without_text_no_sentence_of_the_files_is_shown(form: str) -> None:
    text = render(MANY, form, text=False)
    assert places(form, text) == EXPECTED[form]
    assert command.FIRST[:40] not in text


WORST = "\x1b[2J\u202e]]>&<\x00\ud800|`*_[x](y)%0A::error ::,\r\n=1+1"


@pytest.mark.parametrize("form", EXPECTED)
def test_hostile_names_and_texts_are_inert(form: str) -> None:
    found = [
        replace(f, message=f.message + WORST, members=tuple(replace(m, text=WORST) for m in f.members))
        for f in MANY.findings
    ]
    text = render(replace(MANY, findings=tuple(found)), form)
    places(form, text)
    assert text.encode("utf-8")
    if form in {"concise", "github", "markdown", "junit"}:
        assert not {"\x1b", "\x00", "\r"} & set(text)
        assert form in {"junit", "concise"} or len(text.splitlines()) == len(render(MANY, form).splitlines())


LEADS = st.lists(st.sampled_from(["😀 ", "漢字", "\t", "e\u0301", "a ", "👨‍👩‍👧"]), max_size=5).map("".join)
COLUMNS = {"rdjsonl": lambda text: len(text.encode()) + 1}


@settings(deadline=None, max_examples=40)
@given(LEADS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_columns_are_right_in_the_unit_of_each_format(lead: str, newline: str, bom: bool) -> None:
    row = f"{lead}{command.FIRST}"
    body = newline.join([command.FIRST, "", command.SECOND, "", row, ""])
    made = report({"a.txt": (b"\xef\xbb\xbf" if bom else b"") + body.encode()})
    found = next(f for f in made.new if len(f.members) == 2)
    before = row[: row.index(found.place.text[:9])]
    for form in EXPECTED:
        if form == "markdown":
            continue
        column = COLUMNS.get(form, lambda text: len(text) + 1)(before)
        assert ("a.txt", 5, column) in places(form, render(made, form)), form


def test_sarif_holds_its_schema(shared_schemas: Path) -> None:
    schema = json.loads((shared_schemas / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    for each in (MANY, report({"a.txt": command.ONCE}), report({"a.txt": command.TWICE})):
        found = json.loads(render(each, "sarif"))
        jsonschema.validate(found, schema)
    [run] = json.loads(render(MANY, "sarif"))["runs"]
    states = {row["baselineState"] for row in run["results"]}
    assert states == {"new", "unchanged"}
    assert [row["suppressions"] for row in run["results"] if "suppressions" in row] == [[{"kind": "inSource"}]]
    assert len({row["partialFingerprints"]["dedupe/v1"] for row in run["results"]}) == len(run["results"])
    assert run["invocations"][0]["executionSuccessful"] is False
    copy = next(row for row in run["results"] if row["locations"][0]["physicalLocation"]["region"]["startLine"] == 9)
    related = [each["physicalLocation"]["region"]["startLine"] for each in copy["relatedLocations"]]
    assert related == [1, 5]
    [fix] = copy["fixes"]
    [change] = fix["artifactChanges"][0]["replacements"]
    assert change["insertedContent"]["text"] == ""
    assert change["deletedRegion"]["startLine"] <= 9 <= change["deletedRegion"]["endLine"]


def test_suggestions_of_reviewdog_settle_the_finding() -> None:
    made = report({"a.txt": command.TWICE})
    [row] = [json.loads(line) for line in render(made, "rdjsonl").splitlines()]
    [suggestion] = row["suggestions"]
    lines = command.TWICE.splitlines(keepends=True)

    def at(point: dict[str, int]) -> int:
        return sum(len(line.encode()) for line in lines[: point["line"] - 1]) + point["column"] - 1

    data, where = command.TWICE.encode(), suggestion["range"]
    out = data[: at(where["start"])] + suggestion["text"].encode() + data[at(where["end"]) :]
    assert out.decode() == command.ONCE
    assert row["relatedLocations"][0]["location"]["range"]["start"]["line"] == 1


def test_junit_counts_add_up() -> None:
    root = ET.fromstring(render(MANY, "junit"))
    cases = [case for suite in root for case in suite]
    assert int(root.attrib["tests"]) == len(cases)
    assert int(root.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
    assert int(root.attrib["errors"]) == sum(case.find("error") is not None for case in cases) == 1
    assert any(case.attrib["name"] == "no findings" and case.attrib["classname"] == "none.txt" for case in cases)


def test_csv_runs_no_formula() -> None:
    found = [replace(f, members=tuple(replace(m, text="=1+1") for m in f.members)) for f in MANY.findings]
    rows = list(csv.reader(io.StringIO(render(replace(MANY, findings=tuple(found)), "csv"))))
    assert {row[-1] for row in rows[1:]} == {"'=1+1"}


# Escape sequences, breaks of lines and of rows, bytes that are no text; and all that nobody sees or a terminal obeys.
OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
UNSEEN = "".join(
    c for c in map(chr, range(1, 0x110000)) if unicodedata.category(c) in OBEYED - {"Cs"} and c not in "\n\r"
)
EVIL = f'\u2028\r\n\rx,"&<%0A\x1b[31m\x07\x9b31m\u2066\u202e\x7f{UNSEEN}'
EVIL_NAME = f"=a{EVIL}\udcff.txt"


def evil() -> Report:
    found = f"{EVIL} {command.FIRST}\n\n{command.SECOND}\n\n{EVIL} {command.FIRST}\n\n<!-- dedupe: ignore [{EVIL[4:]}] -->\n"
    return report({EVIL_NAME: found}, errors=(Failure(EVIL_NAME, f"{EVIL_NAME}: {EVIL}", EVIL),))


@pytest.mark.parametrize("form", [*(form for form in FORMATS if form != "full"), "names", "statistics"])
def test_names_and_texts_are_inert_in_every_form(form: str) -> None:
    said = render(evil(), form)
    assert said
    assert [char for char in said if char not in "\t\n" and unicodedata.category(char) in OBEYED] == []


def test_names_and_texts_are_inert_in_messages() -> None:
    said = inert(f"{EVIL}\udcff 说明 می\u200cخواهم")
    assert [char for char in said if char not in "\t\u200c" and unicodedata.category(char) in OBEYED] == []
    assert said.endswith("\\udcff 说明 می\u200cخواهم")


def test_forms_for_programs_say_hostile_names_whole() -> None:
    """What a form can escape comes back as it was."""
    found = evil()
    assert {g["members"][0]["path"] for g in json.loads(render(found, "json"))["groups"]} == {EVIL_NAME}
    texts = {m["text"] for g in json.loads(render(found, "json"))["groups"] for m in g["members"]}
    assert any(EVIL.rpartition("\r")[2] in text for text in texts)
    rows = [json.loads(line) for line in render(found, "jsonl").splitlines()]
    assert {row["path"] for row in rows if row["type"] == "file"} == {EVIL_NAME, "pictures/a.txt"}
    assert {row["location"]["path"] for row in json.loads(render(found, "gitlab"))} == {EVIL_NAME}
    assert {json.loads(row)["location"]["path"] for row in render(found, "rdjsonl").splitlines()} == {EVIL_NAME}
    [run] = json.loads(render(found, "sarif"))["runs"]
    uris = {row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for row in run["results"]}
    assert {unquote(uri, errors="surrogateescape") for uri in uris} == {EVIL_NAME}
    commands = render(found, "github").splitlines()
    assert all(re.fullmatch(r"::(error|warning|notice) file=[^:,]+,line=\d[^:]*::.*", line) for line in commands)
    names = {re.split("[=,]", line.partition("file=")[2])[0] for line in commands}
    assert {unquote(name, errors="surrogateescape") for name in names} <= {EVIL_NAME, ""}


def test_hostile_names_break_no_rows() -> None:
    found = evil()
    rows = list(csv.reader(io.StringIO(render(found, "csv"), newline="")))
    assert len(rows) == 1 + sum(len(f.members) for f in found.findings)
    assert {len(row) for row in rows} == {len(rows[0])}
    root = ET.fromstring(render(found, "junit"))
    assert int(root.attrib["tests"]) == sum(len(suite) for suite in root)
    assert "\x9b" in root[0].attrib["name"]
    assert len(render(found, "concise").splitlines()) == len(found.new)
    table = [line for line in render(found, "markdown").splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {5}
