"""The configuration: which file holds, what overrides what, and what is said of a mistake."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import command
from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import TABLES, convert, from_text, keys
from dedupe_cli.policy import Policy
from dedupe_cli.read.config import read_config
from dedupe_cli.read.project import Project
from dedupe_cli.render.configuration import first_file, schema, toml
from dedupe_cli.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((files("dedupe_cli") / "data" / "config.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def project(flags: dict[str, Any] | None = None, environment: dict[str, str] | None = None, **more: Any) -> Project:
    return Project(flags or {}, environment=environment or {}, **more)


def test_without_a_file_the_defaults_hold(folder: Path) -> None:
    found = project().at(".")
    assert found.settings == Settings()
    assert found.policy == Policy()
    assert found.path == ""
    assert {value.origin for value in found.values.values()} == {"default"}


def test_the_nearest_file_holds_and_nothing_is_merged(folder: Path) -> None:
    (folder / "dedupe.toml").write_text('keep = "last"\nmin-length = 20\n')
    (folder / "docs" / ".dedupe.toml").write_text('keep = "first"\n')
    (folder / "docs" / "dedupe.toml").write_text('keep = "longest"\n')
    made = project()
    assert [made.at(f).settings.keep for f in (".", "docs", "docs/deep")] == ["last", "first", "first"]
    assert made.at("docs/deep").settings.min_length == 12
    assert made.of("docs/deep/a.txt").path == "docs/.dedupe.toml"


def test_the_shared_file_counts_only_with_our_table(folder: Path) -> None:
    (folder / "dedupe.toml").write_text('keep = "last"\n')
    (folder / "docs" / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert project().at("docs").settings.keep == "last"
    (folder / "docs" / "pyproject.toml").write_text(
        '[tool.dedupe-cli]\nkeep = "first"\n[tool.dedupe-cli.markdown]\ncode = "check"\n'
    )
    found = project().at("docs")
    assert found.settings.keep == "first"
    assert found.values["keep"].origin == "docs/pyproject.toml:2"
    assert found.values["markdown.code"].origin == "docs/pyproject.toml:4"
    assert found.policy.skipped_parts() == frozenset()
    assert found.policy.checked_parts() == {"code"}


def test_what_overrides_what(folder: Path) -> None:
    (folder / "base.toml").write_text('keep = "last"\napply = "exact"\nunit = "line"\n')
    (folder / "dedupe.toml").write_text('extend = "base.toml"\nunit = "sentence"\nsimilarity = 90\n')
    found = project({"similarity": 95.0}, {"DEDUPE_SIMILARITY": "70", "DEDUPE_KEEP": "first"}).at(".")
    assert (found.settings.keep, found.settings.apply, found.settings.unit) == ("first", "exact", "sentence")
    assert found.settings.similarity == 95.0
    origins = {key: found.values[key].origin for key in ("keep", "apply", "unit", "similarity", "min-length")}
    assert origins == {
        "keep": "DEDUPE_KEEP", "apply": "base.toml:2", "unit": "dedupe.toml:2", "similarity": "--similarity",
        "min-length": "default",
    }  # fmt: skip


def test_a_preset_is_weaker_than_what_stands_beside_it(folder: Path) -> None:
    (folder / "dedupe.toml").write_text('preset = "docs"\nunit = "auto"\n')
    found = project().at(".")
    assert (found.settings.unit, found.settings.apply) == ("auto", "exact")
    assert found.values["apply"].origin == "preset docs, dedupe.toml:1"
    assert project({"preset": "ocr"}).at(".").settings.similarity == 70.0


def test_the_users_file_holds_where_no_project_has_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "home"))
    mine = folder / "home" / "dedupe-cli" / "dedupe.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text('keep = "last"\nexclude = ["/old"]\n')
    found = project().at("docs")
    assert found.settings.keep == "last"
    assert found.folder == "."
    assert project(isolated=True).at("docs").settings.keep == "best"
    (folder / "dedupe.toml").write_text("min-length = 9\n")
    assert project().at("docs").settings.keep == "best"


def test_one_file_for_all_and_no_file_at_all(folder: Path) -> None:
    (folder / "dedupe.toml").write_text('keep = "last"\n')
    (folder / "other.toml").write_text('keep = "first"\n')
    assert project(config="other.toml").at("docs").settings.keep == "first"
    assert project(isolated=True, environment={"DEDUPE_KEEP": "last"}).at(".").settings.keep == "best"


def test_paths_are_relative_to_their_file(folder: Path) -> None:
    (folder / "docs" / "dedupe.toml").write_text('baseline = "b.json"\nboilerplate = ["legal/a.txt", "b.txt"]\n')
    found = project().at("docs/deep")
    assert found.baseline == "docs/b.json"
    assert found.policy.boilerplate == ("docs/legal/a.txt", "docs/b.txt")
    assert found.walk.base == "docs"


MISTAKES = {
    "an unknown key": ('keep = "last"\nsimilarty = 90\n', "dedupe.toml:2: unknown key 'similarty'", "'similarity'"),
    "an underscore": ("min_length = 9\n", "dedupe.toml:1: unknown key 'min_length'", "'min-length'"),
    "an unknown table": ("[markdwn]\ncode = 1\n", "dedupe.toml:1: unknown key 'markdwn'", "'markdown'?"),
    "a key of a table": ("[markdown]\n\ncod = 1\n", "dedupe.toml:3: unknown key 'markdown.cod'", "'markdown.code'"),
    "a wrong type": ("\nmin-length = true\n", "dedupe.toml:2: min-length: true is no whole number", "from 1 to"),
    "a text for a list": ('select = "D1"\n', "dedupe.toml:1: select: 'D1' is no list of texts", 'select = ["'),
    "a list of numbers": ("select = [1]\n", "dedupe.toml:1: select: [1] is no list of texts", ""),
    "out of range": ("similarity = 101\n", "dedupe.toml:1: similarity 101 is outside the useful range 50-100", "50"),
    "a fraction": ("similarity = 0.9\n", "dedupe.toml:1: similarity 0.9 is outside", "similarity = 90"),
    "an unknown word": ('keep = "bst"\n', "dedupe.toml:1: keep: unknown 'bst'", "'best'"),
    "an unknown word of a list": ('normalize = ["cse"]\n', "dedupe.toml:1: normalize: unknown 'cse'", "'case'"),
    "a size": ('max-file-size = "many"\n', "dedupe.toml:1: max-file-size: 'many' is no size", "10MiB"),
    "no table": ("per-file-ignores = 1\n", "dedupe.toml:1: per-file-ignores: 1 is no table", "*.md"),
    "no list in a table": ('per-file-ignores = { "a" = 1 }\n', "dedupe.toml:1: per-file-ignores: 1 is no list", '"a"'),
    "no truth": ("hidden = 1\n", "dedupe.toml:1: hidden: 1 is not true or false", ""),
    "no TOML": ('keep = "last\n', "dedupe.toml:1: illegal character", "TOML"),
    "a number of many digits": (f"hidden = true\nsimilarity = {'9' * 5000}\n", "dedupe.toml:2: a number of too many digits", "64"),
    "another of them": (f"\nkeep = [0x{'f' * 5000}]\n", "dedupe.toml:1: a number of too many digits", "64"),
    "one of 64 bits": (f"similarity = {2**63 - 1}\n", "dedupe.toml:1: similarity 9.22337203685e+18 is outside", "50"),
    "a size of many digits": (f"max-file-size = \"{'9' * 400}\"\n", "dedupe.toml:1: max-file-size: '999", "10MiB"),
    "a nest": ("hidden = true\nkeep = " + "[" * 3000 + "\n", "dedupe.toml:2: nested too deeply", "a list of texts"),
    "a nest of tables": ("[types]\na = " + "{ a = " * 3000 + "\n", "dedupe.toml:2: nested too deeply", "a list of texts"),
    "a nest that is closed": ("keep = " + "[" * 300 + "]" * 300 + "\n", "dedupe.toml:1: keep: ", 'keep = "best"'),
    "another version": ('required-version = ">=99"\n', "dedupe.toml:1: this is dedupe", "pip install"),
    "no version": ("required-version = 1\n", "dedupe.toml:1: required-version 1 is no version", ">="),
    "a circle": ('extend = "dedupe.toml"\n', "dedupe.toml: extends itself", "circle"),
    "nothing to extend": ("extend = 1\n", "dedupe.toml:1: extend is no file name", "extend ="),
    "a rule that is none": ('select = ["D9999"]\n', "dedupe.toml:1: no rule 'D9999'", "did you mean D901 or D902?"),
    "no expression": ('ignore-patterns = ["("]\n', "dedupe.toml:1: '(' is no regular expression", ""),
    "lookbehind": ("ignore-patterns = ['(?<=a)b']\n", "dedupe.toml:1: '(?<=a)b': lookbehind is not known", "paragraph"),
    "a backreference": (
        "hidden = true\nignore-patterns = ['(a)\\1']\n", "dedupe.toml:2: '(a)\\\\1': backreferences are not known", "write",
    ),
    "too large an expression": (
        "ignore-patterns = ['\\w{1,900}x']\n", "dedupe.toml:1: '\\\\w{1,900}x' is too large a regular", "fewer repetitions",
    ),
    "an override of a key that is none": (
        'keep = "last"\n[[overrides]]\nfiles = ["a"]\nkeep = "first"\n[[overrides]]\nfiles = ["b"]\n\nkep = "last"\n',
        "dedupe.toml:8: unknown key 'kep'", "'keep'",
    ),
    "an override of a wrong value": (
        'keep = "last"\n[[overrides]]\nfiles = ["a"]\nkeep = "fist"\n', "dedupe.toml:4: keep: unknown 'fist'", "'first'",
    ),
    "an override in a table of it": (
        '[[overrides]]\nfiles = ["a"]\n[overrides.markdown]\ncode = 1\n', "dedupe.toml:4: markdown.code: 1 is not", "code",
    ),
    "an override without files": ('[[overrides]]\nkeep = "last"\n', "dedupe.toml:1: [[overrides]] names no files", "files ="),
    "an override of all or nothing": (
        '[[overrides]]\nfiles = "docs"\n', "dedupe.toml:2: [[overrides]] names no files", 'files = ["docs/old/**"]',
    ),
    "an override of what holds for the run": (
        '[[overrides]]\nfiles = ["a"]\n\nacross = true\n', "dedupe.toml:4: across holds for the whole run", "above",
    ),
    "an override in an override": (
        '[[overrides]]\nfiles = ["a"]\nper-file-ignores = {}\n', "dedupe.toml:3: per-file-ignores holds for", "ignore =",
    ),
    "a type that is none": ('[types]\n"*.tpl" = "markdwn"\n', "dedupe.toml:1: types: '*.tpl' is of unknown type", "'markdown'"),
    "no table of types": ('types = ["md"]\n', "dedupe.toml:1: types: ['md'] is no table", "[types]"),
    "an override of types": (
        '[[overrides]]\nfiles = ["a"]\ntypes = {}\n', "dedupe.toml:3: types holds for the whole run", "above [[overrides]]",
    ),
    "a table that is none": ("output = 3\n", "dedupe.toml:1: output is a table", "[output]"),
    "the table of another file": ("[tool.dedupe-cli]\nkeep = 1\n", "dedupe.toml:1: unknown key 'tool'", "pyproject.toml"),
    "lines without lines": ("\nadjacent = true\n", "dedupe.toml:2: adjacent compares lines", 'unit = "line"'),
    "phrases without phrases": ('fix = ["remove-phrases"]\n', "dedupe.toml:1: fix remove-phrases: which?", "remove-phrases ="),
    "a base that is not there": ('extend = "no.toml"\n', "dedupe.toml:1: extend: no.toml: no such file", "name"),
    "accepted passages that are not there": (
        'boilerplate = ["no.txt"]\n', "dedupe.toml:1: boilerplate: no.txt: no such file", "name",
    ),
    "a baseline that is not there": ('baseline = "no.json"\n', "dedupe.toml:1: baseline: no.json: no such file", "name"),
    "no list of overrides": ("[overrides]\nfiles = []\n", "dedupe.toml:1: overrides is no list of tables", "[[overrides]]"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_way_on(name: str, folder: Path) -> None:
    text, message, hint = MISTAKES[name]
    (folder / "dedupe.toml").write_text(text)
    (folder / "a.txt").write_text(command.TWICE)
    for args in (["check", "a.txt"], ["clean", "a.txt"]):
        done = command.here(args)
        assert done.returncode == 2
        assert done.stdout == b""
        first, second = done.stderr.decode().splitlines()
        assert first.startswith(f"error: {message}")
        assert second.startswith("hint: ")
        assert hint in second


def test_a_mistake_in_the_environment_is_told(folder: Path) -> None:
    with pytest.raises(SettingsError, match="DEDUPE_KEEP: keep: unknown 'bst'"):
        project(environment={"DEDUPE_KEEP": "bst"}).at(".")


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("select", "D1, near-duplicate", ("D1", "near-duplicate")), ("hidden", "yes", True), ("markers", "0", False),
        ("max-file-size", "1.5 MiB", 1536 << 10), ("max-file-size", "70", 70), ("similarity", "90", 90.0),
        ("min-length", "8", 8), ("normalize", "case,han", frozenset({"case", "han"})), ("baseline", "x.json", "x.json"),
    ],
)  # fmt: skip
def test_values_of_variables(key: str, text: str, value: object) -> None:
    assert from_text(keys()[key], text) == value


@pytest.mark.parametrize(("key", "text"), [("hidden", "maybe"), ("min-length", "x"), ("similarity", "1e9")])
def test_values_that_are_none(key: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_text(keys()[key], text)
    assert caught.value.hint


def test_the_first_file_says_the_defaults(folder: Path) -> None:
    assert command.here(["config", "init"]).returncode == 0
    assert project().at(".").settings == Settings()
    rows = [line.removeprefix("# ") for line in first_file().splitlines() if " = " in line or line.startswith("# [")]
    table = tomllib.loads(
        "\n".join(row for row in rows if row[0] in "[abcdefghijklmnopqrstuvwxyz" and "..." not in row)
    )
    jsonschema.validate(table, SCHEMA)
    for name, key in keys().items():
        head, _, last = name.rpartition(".")
        raw = (table[head] if head else table).get(last)
        assert key.default is None or key.kind in TABLES or convert(key, raw) == key.default
    assert command.here(["config", "init"]).stderr.startswith(b"error: dedupe.toml is there already")


def test_the_schema_that_ships_is_the_one_that_is_printed() -> None:
    assert json.loads(command.here(["config", "schema"]).stdout) == schema() == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in {
    "no TOML", "a nest", "a nest of tables", "another version", "a circle", "a rule that is none", "no expression", "a fraction", "lines without lines", "phrases without phrases",
    "lookbehind", "a backreference", "too large an expression", "a base that is not there", "accepted passages that are not there", "a baseline that is not there",
    "a number of many digits", "another of them", "a size of many digits",
}])  # fmt: skip
def test_the_schema_sees_the_same_mistakes(name: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(MISTAKES[name][0]), SCHEMA)


def test_what_holds_is_shown_with_its_origin(folder: Path) -> None:
    (folder / "dedupe.toml").write_text('keep = "last"\nper-file-ignores = { "*.md" = ["D4"] }\n')
    text = command.here(["config", "show", "docs"]).stdout.decode()
    rows = {line.partition(" = ")[0]: line for line in text.splitlines()}
    assert rows["keep"].split() == ["keep", "=", '"last"', "#", "dedupe.toml:1"]
    assert rows["similarity"].split() == ["similarity", "=", "80", "#", "default"]
    assert tomllib.loads(text)["per-file-ignores"] == {"*.md": ["D4"]}
    assert command.here(["config", "path", "docs"]).stdout == b"dedupe.toml\n"


def test_overrides_hold_for_their_files(folder: Path) -> None:
    (folder / "base.toml").write_text('[[overrides]]\nfiles = ["*.txt"]\nkeep = "last"\nunit = "line"\n')
    (folder / "docs" / "pyproject.toml").write_text(
        '[tool.dedupe-cli]\nextend = "../base.toml"\nmin-length = 20\n'
        '[[tool.dedupe-cli.overrides]]\nfiles = ["deep/"]\nkeep = "first"\n'
        '[tool.dedupe-cli.overrides.markdown]\ncode = "check"\n'
    )
    made = project({"min-length": 9}, {"DEDUPE_SIMILARITY": "70"})
    found = made.of("docs/deep/a.txt")
    assert (found.settings.keep, found.settings.unit, found.settings.min_length) == ("first", "line", 9)
    assert found.settings.similarity == 70.0
    assert found.values["keep"].origin == "docs/pyproject.toml:6"
    assert found.values["markdown.code"].origin == "docs/pyproject.toml:8"
    assert made.of("docs/a.txt").settings.keep == "last"
    assert made.of("docs/a.txt").policy.markdown_code == "beside"
    assert made.of("docs/a.md").settings == made.at("docs").settings
    assert project(isolated=True).of("docs/deep/a.txt").settings == Settings()


@pytest.mark.parametrize("key", [key for key, item in keys().items() if not item.each])
def test_the_schema_has_no_override_of_what_holds_for_the_run(key: str) -> None:
    assert key not in SCHEMA["properties"]["overrides"]["items"]["properties"]


def test_a_file_that_nobody_can_read_is_told(folder: Path) -> None:
    (folder / "dedupe.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="not valid UTF-8"):
        read_config("dedupe.toml")
    assert toml(True) == "true"


def test_clean_obeys_the_configuration(folder: Path) -> None:
    (folder / "dedupe.toml").write_text('ignore = ["D101"]\n')
    (folder / "a.txt").write_text(command.TWICE)
    assert command.here(["clean", "a.txt"]).stdout.decode() == command.TWICE
    assert command.here(["clean", "--isolated", "a.txt"]).stdout.decode() == command.ONCE
    assert command.here(["diff", "a.txt"]).returncode == 0
    (folder / "dedupe.toml").write_text('keep = "last"\n')
    assert command.here(["clean", "a.txt"]).stdout.decode() == command.TWICE.replace(command.FIRST + "\n\n", "", 1)
