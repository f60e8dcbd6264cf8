"""What people read in another language: nothing is left out, nothing is left over, and programs read English."""

from __future__ import annotations

import importlib.util
import re
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import command
from dedupe_cli import language
from dedupe_cli.cli.main import COMMANDS
from dedupe_cli.language import english, said, speak, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
HAN = re.compile(r"[\u4e00-\u9fff]")
# Words of English in a row that is said in Chinese: more than a name, an option, a command.
ENGLISH = re.compile(r"(?<![\w-])(?:the|and|is|are|what|with|which|that)(?![\w-])")


@pytest.fixture(scope="module")
def catalogue() -> Any:
    """The tool that keeps the catalogue."""
    place = ROOT / "tools" / "catalogue" / "messages.py"
    spec = importlib.util.spec_from_file_location("catalogue_messages", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DEDUPE_LANG", "zh")
    speak("zh")
    yield
    speak("en")


def _keys(catalog: Any) -> dict[tuple[str | None, str], str]:
    found = {}
    for entry in catalog:
        one, words = (entry.id[0], entry.string[0]) if isinstance(entry.id, (tuple, list)) else (entry.id, entry.string)
        if one:
            assert not entry.fuzzy
            found[entry.context, one] = words
    return found


def test_every_message_has_its_words_and_no_words_are_left_over(catalogue: Any) -> None:
    """`python tools/catalogue/messages.py` takes in what is new and takes out what is gone."""
    wanted = {(catalogue.CONTEXT if m.spoken else None, m.one) for m in catalogue.messages()}
    found = _keys(catalogue.catalogue("zh"))
    assert wanted - set(found) == set(), "not in the catalogue"
    assert set(found) - wanted == set(), "stale"
    assert [key for key, words in found.items() if not words] == [], "not translated"


def test_fields_are_those_of_the_message(catalogue: Any) -> None:
    """What the words ask for is there; a field that the words leave out is a value that is not said."""

    def fields(text: str) -> set[str]:
        try:
            return {name for _, name, _, _ in string.Formatter().parse(text) if name and name.isidentifier()}
        except ValueError:  # braces that mark words of a diff
            return set()

    odd = {one: words for (_, one), words in _keys(catalogue.catalogue("zh")).items() if fields(words) - fields(one)}
    assert odd == {}
    assert all(
        fields(one) <= fields(words) | {"verb", "what"} for (_, one), words in _keys(catalogue.catalogue("zh")).items()
    )


def test_what_is_compiled_is_what_is_written(catalogue: Any) -> None:
    place = catalogue.place("zh")
    assert place.with_suffix(".mo").read_bytes() == catalogue.compiled(catalogue.catalogue("zh"))
    assert place.read_bytes() == catalogue.text_of(catalogue.updated("zh"))


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "de_DE.UTF-8"}, "zh"),
        ({"DEDUPE_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"DEDUPE_LANG": "zh", "LC_ALL": "C"}, "zh"),
    ],
)
def test_who_chooses(environment: dict[str, str], name: str) -> None:
    assert wanted(environment) == name


def test_the_command_line_chooses_before_the_environment(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(command.TWICE, encoding="utf-8")
    done = command.dedupe("clean", "-n", "--lang", "zh", "a.txt", cwd=tmp_path, DEDUPE_LANG="en")
    assert "1 处删除" in done.stderr.decode()
    done = command.dedupe("clean", "-n", "--lang=en", "a.txt", cwd=tmp_path, LC_ALL="zh_CN.UTF-8")
    assert "1 cut" in done.stderr.decode()
    done = command.dedupe("clean", "-n", "a.txt", cwd=tmp_path, LC_ALL="", LANG="zh_CN.UTF-8")
    assert "1 处删除" in done.stderr.decode()


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_chinese(name: str) -> None:
    text = command.here([*([name] if name else []), "--help-all"]).stdout.decode()
    assert HAN.search(text)
    assert [row for row in text.splitlines() if ENGLISH.search(row)] == []
    assert all(sum(1 + bool(HAN.match(c)) for c in row) <= 101 for row in text.splitlines() if HAN.search(row))


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "args",
    [
        ["claen"],
        ["clean", "--no-such"],
        ["clean", "--similarity", "0.9", "a.txt"],
        ["clean", "no-such-file.txt"],
        ["clean", "-w", "--check", "a.txt"],
        ["explain", "D999"],
        ["check", "--fail-level", "x"],
        ["undo", "--list", "--clear"],
        ["undo", "no-such-file.txt"],
        ["explain", "zzzzzzzz"],
        ["explain", "deadbeef", "a.txt"],
        ["explain", "--at", "folder:3"],
        ["tune", "-"],
        ["corpus", "a.txt"],
        ["clean", "folder"],
        ["clean", "binary.txt"],
        ["clean", "-o", "no/a.txt", "a.txt"],
        ["report", "a.txt", "-o", "x.pdf"],
        ["clean", "-s", "30", "a.txt"],
    ],
)
def test_errors_and_hints_are_in_chinese(args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(command.TWICE, encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(bytes(8))
    (tmp_path / "folder").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "folder" / name).write_text(command.TWICE, encoding="utf-8")
    rows = command.here(args).stderr.decode().splitlines()
    assert rows[0].startswith("错误：")
    assert all(HAN.search(row.partition("：")[2]) for row in rows)
    assert [row for row in rows if ENGLISH.search(row) or re.search(r": | or ", row)] == []


@pytest.mark.usefixtures("chinese")
def test_what_programs_read_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(command.TWICE, encoding="utf-8")
    forms = ("json", "jsonl", "github", "gitlab", "junit", "sarif", "rdjsonl", "csv")
    calls = [["check", "-f", form, "a.txt", "b.txt"] for form in forms]
    calls += [["diff", "a.txt"], ["report", "--format", "json", "a.txt"], ["report", "--format", "csv", "a.txt"]]
    for call in calls:
        told = command.here(call).stdout
        monkeypatch.setenv("DEDUPE_LANG", "en")
        assert command.here(call).stdout == told, call
        monkeypatch.setenv("DEDUPE_LANG", "zh")


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("notes.txt: not valid UTF-8 (byte 12)", "notes.txt：不是有效的 UTF-8（第 12 字节）"),
        ("near-duplicate of line 7 (99 %, 2 passages)", "与第 7 行近似重复（99 %、2 个片段）"),
        ("near-duplicate of line 7 (97-100 %, 3 copies)", "与第 7 行近似重复（97-100 %、3 份）"),
        (
            'same as line 7 but for a date or time: "6" here, "5" there',
            "与第 7 行相同，只差日期或时间：此处为“6”，彼处为“5”",
        ),
        ('same as line 7 but for a number: "6" here, "5" there', "与第 7 行相同，只差数字：此处为“6”，彼处为“5”"),
        ("nearly all of this file stands in b.md:5, too (98 %)", "本文件几乎全部内容也见于 b.md:5（98 %）"),
        ("a file with a name.txt", "a file with a name.txt"),
        ("text is empty", "text 为空"),  # what a field is called
        ("no field text", "没有字段 text"),
        ("the text of a user, which is a sentence", "the text of a user, which is a sentence"),
        ("{odd} {braces}", "{odd} {braces}"),
        ("", ""),
    ],
)
def test_values_are_said_and_names_are_left_alone(text: str, words: str) -> None:
    assert said(text) == words
    with english():
        assert said(text) == text


def test_english_needs_no_catalogue() -> None:
    speak("en")
    assert language._Speech.words is None
    assert said("anything") == "anything"
