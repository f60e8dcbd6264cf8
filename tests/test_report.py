"""The report without a browser: what it holds in every form, and that nothing of the texts is markup in it."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

import command
from dedupe_cli.language import speak
from dedupe_cli.model import told_confidence

SAMPLES = Path(__file__).parent.parent / "samples"
SCHEMA = json.loads((files("dedupe_cli") / "data" / "check.schema.json").read_text(encoding="utf-8"))
HELD = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('nine', 'ten')}\n\n{command.LAST}\n"
HOSTILE = (
    'The <script>alert(1)</script> of the old mill & "its" wheel </script><img src=x onerror=alert(2)> turns in June.'
)
NAME = "a<img src=x onerror=alert(3)>&'b'.txt"


class Seen(HTMLParser):
    """The tags of a page with their attributes, ids, and the words in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def report(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> tuple[int, str, str]:
    monkeypatch.chdir(folder)
    done = command.here(["report", *args])
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text(command.TWICE, encoding="utf-8")
    (tmp_path / "held.txt").write_text(HELD, encoding="utf-8")
    (tmp_path / "zh.txt").write_text(command.ZH_TWICE, encoding="utf-8")
    (tmp_path / "once.txt").write_text(command.ONCE, encoding="utf-8")
    return tmp_path


def test_the_page_says_what_was_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = report(folder, monkeypatch, "in.txt", "held.txt", "zh.txt", "once.txt", "-o", "report.html")
    assert (code, out) == (0, "")
    assert "2 cuts in 2 groups" in err
    page = (folder / "report.html").read_text(encoding="utf-8")
    seen = Seen(page)
    assert seen.tags.count("h1") == 1
    assert {"header", "main", "footer", "table", "svg", "details"} <= set(seen.tags)
    for words in (command.FIRST, command.ZH_FIRST, "held back, both stay: nine is not ten", "D401 number differs"):
        assert words in seen.words
    assert "1 file in which nothing is said again." in seen.words
    assert "dedupe clean -w --decisions .dedupe-review.json in.txt held.txt zh.txt once.txt" in seen.words
    assert seen.words.index("twice, 1 goes") < seen.words.index("held back, both stay")
    assert ("lang", "zh") in seen.attributes


def test_nothing_that_is_weighed_is_told_as_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = report(SAMPLES, monkeypatch, "gaoxinqu.txt", "--format", "markdown")
    assert "99 % sure" in out
    assert "100 % sure" not in out
    assert [told_confidence(score, n) for score in (0, 99) for n in (0, 1)] == [50, 50.0, 99, 99.9]


def test_what_other_limits_would_do_is_shown_where_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = [command.FIRST.replace("nine", "nlne"), command.FIRST.replace("the", "thc").replace("reading", "rcading")]
    (folder / "in.txt").write_text("\n\n".join((command.FIRST, command.SECOND, *copies)) + "\n", encoding="utf-8")
    for name in ("report.html", "report.md"):
        assert report(folder, monkeypatch, "-q", "--limits", "in.txt", "-o", name)[0] == 0
    words = Seen((folder / "report.html").read_text(encoding="utf-8")).words
    assert "What other limits would do" in words
    text = (folder / "report.md").read_text(encoding="utf-8")
    rows = re.findall(r"^[> ] +(\d+(?:-\d+)?) +\d", text, re.MULTILINE)
    assert len(rows) > 1
    assert all(row in words for row in rows)
    assert report(folder, monkeypatch, "-q", "in.txt", "-f", "markdown")[1].count("limits") == 0
    code, _, err = report(folder, monkeypatch, "--limits", "--across", "in.txt", "held.txt", "-o", "r.html")
    assert (code, "--limits is about each text alone" in err) == (2, True)


def test_the_page_asks_nothing_of_the_network_and_has_no_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    _, first, _ = report(folder, monkeypatch, "in.txt")
    assert not re.search(r"https?:|//[a-z]", first.replace("http-equiv", ""))
    assert not re.search(r"20\d\d-\d\d", first)
    assert first == report(folder, monkeypatch, "in.txt")[1]
    assert str(folder) not in first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert "2023-11-14" in report(folder, monkeypatch, "in.txt")[1]


@pytest.mark.parametrize("epoch", ["", "x", "-1", "9" * 30])
def test_a_time_that_is_none_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert report(folder, monkeypatch, "in.txt")[0] == 0


def test_texts_and_names_are_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, "b.txt"):
        (tmp_path / name).write_text(f"{HOSTILE}\n\n{command.FIRST}\n\n{HOSTILE}\x1b[31m\u202e\n", encoding="utf-8")
    _, page, _ = report(tmp_path, monkeypatch, ".")
    seen = Seen(page)
    assert "img" not in seen.tags
    assert seen.tags.count("script") == 3
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert HOSTILE in seen.words
    assert NAME in seen.words
    assert "\x1b" not in page
    assert "\u202e" not in page
    markdown = MarkdownIt("commonmark", {"html": True}).render(report(tmp_path, monkeypatch, ".", "-f", "markdown")[1])
    assert not {"script", "img", "a"} & set(Seen(markdown).tags)


def test_markdown_has_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = report(folder, monkeypatch, "in.txt", "held.txt", "-o", "r.md")
    assert out == ""
    text = (folder / "r.md").read_text(encoding="utf-8")
    assert text.startswith("# What repeats in 2 files\n\n1 place in 1 of 2 files goes: 78 of 643 characters")
    assert "### 1. twice, 1 goes: line 1 stays" in text
    assert "- **line 5** goes, exact copy" in text
    assert r"opens at \{-ten-\}\{+nine+\} on weekdays" in text


def test_json_and_csv_are_those_of_check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = report(folder, monkeypatch, "in.txt", "held.txt", "--format", "json")
    made = json.loads(out)
    jsonschema.validate(made, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert [group["rule"] for group in made["groups"]] == ["D401", "D101"]
    assert [group["applicability"] for group in made["groups"]] == ["none", "exact"]
    _, out, _ = report(folder, monkeypatch, "in.txt", "held.txt", "-o", "r.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "r.csv").read_text(encoding="utf-8"))))
    assert {row["rule"] for row in rows} == {"D401", "D101"}


def test_files_that_share_text_are_a_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = f"{command.FIRST} {command.SECOND} {command.LAST}"
    (folder / "a.txt").write_text(f"{long}\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"The first of all.\n\n{long}\n", encoding="utf-8")
    _, page, _ = report(folder, monkeypatch, "--across", "a.txt", "b.txt", "once.txt")
    words = Seen(page).words
    assert "Which files share text" in words
    assert "this file stands in a.txt:1, too" in words
    assert "Save decisions" not in words
    assert report(folder, monkeypatch, "--across", "a.txt", "b.txt", "-f", "json")[0] == 0
    assert "| 1 a.txt |" in report(folder, monkeypatch, "--across", "a.txt", "b.txt", "-f", "markdown")[1]


def test_equal_files_are_two_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = f"{command.FIRST} {command.SECOND} {command.LAST}\n"
    for name in ("a.md", "a (copy).md"):
        (folder / name).write_text(f"# A\n\n{long}", encoding="utf-8")
    (folder / "b.md").write_text(f"{command.ZH_PAGE}\n{long}", encoding="utf-8")
    code, page, err = report(folder, monkeypatch, "--across", "a.md", "a (copy).md", "b.md", "-f", "markdown")
    assert code == 0
    assert "| a (copy).md | 1 | 0 | " in page
    assert "(copy).md, line 1** goes, exact copy" in page
    assert "dedupe clean -w --across --whole-files a.md 'a (copy).md' b.md`" in page
    assert "hint" not in err
    _, _, err = report(folder, monkeypatch, "--across", "a.md", "a (copy).md", "b.md", "-o", "r.html")
    assert "hint: dedupe clean -w --across --whole-files a.md 'a (copy).md' b.md does what r.html shows\n" in err


def test_of_many_the_largest_are_shown_and_the_rest_is_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, page, _ = report(folder, monkeypatch, "in.txt", "held.txt", "zh.txt", "--max-shown", "2")
    seen = Seen(page)
    assert "1 more repeat is not on this page" in seen.words
    assert page.count('<details class="group') == 2


def test_nothing_repeats(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, page, err = report(folder, monkeypatch, "once.txt")
    assert code == 0
    assert "Nothing is said again." in Seen(page).words
    assert "no repeats found" in err
    assert "Nothing is said again." in report(folder, monkeypatch, "once.txt", "-f", "markdown")[1]


def test_what_was_not_read_is_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bad.txt").write_bytes(b"\xff\xfe\xfd nothing \x81")
    (folder / "rows.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    code, page, err = report(folder, monkeypatch, "in.txt", "bad.txt", "rows.jsonl")
    assert code == 2
    assert "error: bad.txt" in err
    words = Seen(page).words
    assert "rows.jsonl: records" in words
    assert "bad.txt" in words


def test_earlier_decisions_are_in_the_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, page, _ = report(folder, monkeypatch, "in.txt")
    key = re.search(r'data-key="([^"]+)"', page)
    assert key
    row = {"answer": "keep-one", "member": 2, "group": "00000000", "rule": "D101", "note": "<b>"}
    (folder / "d.json").write_text(json.dumps({"version": 1, "decisions": {key[1]: row}}), encoding="utf-8")
    _, page, _ = report(folder, monkeypatch, "in.txt", "--decisions", "d.json")
    assert 'data-places="line 1|line 5" data-answer="keep-one" data-member="2"' in page
    assert "dedupe clean -w --decisions d.json in.txt" in Seen(page).words


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["no.txt"], "no.txt"),
        (["in.txt", "-o", "in.txt"], "in.txt is both input"),
        (["in.txt", "-o", "."], ". is a folder"),
        (["in.txt", "-f", "pdf"], "--format: unknown 'pdf'"),
        (["in.txt", "--across", "--decisions", "d.json"], "--decisions is about each text alone"),
    ],
)
def test_slips_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str) -> None:
    (folder / "d.json").write_text('{"version": 1, "decisions": {}}', encoding="utf-8")
    code, _, err = report(folder, monkeypatch, *args)
    assert code == 2
    assert f"error: {said}" in err
    assert (folder / "in.txt").read_text(encoding="utf-8") == command.TWICE


def test_a_report_in_chinese_calls_rules_by_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, page, _ = report(folder, monkeypatch, "--lang", "zh", "in.txt", "held.txt")
    speak("en")
    assert "D401 数字不同" in page
    assert "将删除 1 处，见于 2 个文件中的 1 个：" in page
