"""The table of rules: every page is complete, and its examples show what it says."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import command
from dedupe_cli import api
from dedupe_cli.checking import checked
from dedupe_cli.errors import SettingsError
from dedupe_cli.finding import Example, Rule, Severity, Status
from dedupe_cli.gate.rules import Selection, codes, find_rule, rules
from dedupe_cli.model import Source
from dedupe_cli.read.decode import decode
from dedupe_cli.render.page import help_url, pages
from dedupe_cli.settings import Settings, make
from dedupe_cli.terms import Terms

Words = tuple[str, ...]
# Those of the file that the examples of C117 have.
PHRASES = tomllib.loads((files("dedupe_cli.gate") / "pages" / "C117.toml").read_text("utf-8"))["phrases"]
EXAMPLES = [pytest.param(r, e, id=f"{r.code}: {e.name}") for r in rules().values() for e in r.examples]
# Rules about several files, and about others than texts, have no text as an example; one of W103 would be long
# (tests/test_long.py).
WITHOUT = {"D301", "D302", "D303", "D902", "W103"}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_shows_its_rule(rule: Rule, example: Example) -> None:
    if rule.code.startswith("C"):  # a cleaner, whose own tests hold what it makes of the text
        selected = Terms(selection=Selection(select=(rule.code,)))
        settings = make(remove_phrases=PHRASES if rule.code == "C117" else None)
        found = checked(Source("example.txt", example.text, "0" * 64), settings, selected).findings
        assert {f.rule for f in found} == {rule.code}
        return
    source = decode(example.text.encode(), "example.md")
    # An example is a text of a few lines: less is known of it than of what people check.
    settings = Settings(confidence=30.0)
    found = checked(source, settings, Terms()).findings
    assert tuple(f.rule for f in found if f.status is Status.NEW) == example.codes
    assert not example.codes or rule.code in example.codes
    if example.after is not None:
        assert api.run(source, settings, terms=Terms()).text == example.after


@pytest.mark.parametrize("rule", rules().values(), ids=list(rules()))
def test_a_page_is_complete(rule: Rule) -> None:
    assert rule.what
    assert rule.why
    assert rule.accept
    assert rule.name == rule.name.lower().replace(" ", "-")
    assert rule.examples or rule.code in WITHOUT


def test_the_page_of_all_rules_is_that_of_the_documentation() -> None:
    """`dedupe rules --format markdown > docs/rules.md` makes it anew."""
    made = pages(rules().values())
    assert (Path(__file__).parent.parent / "docs" / "rules.md").read_text(encoding="utf-8") == made
    for rule in rules().values():
        heading = f"{rule.code} {rule.name}"
        assert f"\n## {heading}\n" in made
        assert help_url(rule) == f"docs/rules.md#{heading.lower().replace(' ', '-')}"  # as forges make anchors


def test_codes_and_names_are_unique() -> None:
    found = list(rules().values())
    assert len({r.name for r in found}) == len(found)
    assert [r.code for r in found] == sorted(rules())


def test_severities_are_those_of_the_contract() -> None:
    for code, rule in rules().items():
        expected = Severity.ERROR if code[:2] in {"D1", "D2", "D3"} or code[0] == "C" else Severity.INFO
        assert rule.severity is (Severity.NOTE if code.startswith("D9") else expected) or code in {"D302", "D303"}


@pytest.mark.parametrize(
    ("select", "ignore", "extend", "on"),
    [
        ((), (), (), {c for c, r in rules().items() if r.enabled}),
        (("D1",), (), (), {"D101", "D102"}),
        (("D1", "near-duplicate"), ("D102",), (), {"D101", "D201"}),
        (("D1",), (), ("W101",), {"D101", "D102", "W101"}),
        (("ALL",), ("D", "C", "W"), ("D201",), {"D201"}),
    ],
)
def test_selection(select: Words, ignore: Words, extend: Words, on: set[str]) -> None:
    selection = Selection(codes(select, "x"), codes(ignore, "x"), codes(extend, "x"))
    assert {code for code in rules() if selection.on(code)} == on


def test_one_file_may_ignore_more() -> None:
    assert Selection().on("D101")
    assert not Selection().on("D101", ("D1",))


def test_names_and_codes_find_a_rule() -> None:
    assert find_rule("d201") == find_rule("Near-Duplicate") == rules()["D201"]
    assert find_rule("D2") is None
    with pytest.raises(SettingsError, match=r"dedupe\.toml:3: no rule 'X1'"):
        codes(["X1"], "dedupe.toml:3")


def test_the_list_of_rules() -> None:
    table = command.here(["rules"]).stdout.decode().splitlines()
    assert [row.split()[0] for row in table] == list(rules())
    rows = json.loads(command.here(["rules", "--format", "json"]).stdout)
    assert [row["code"] for row in rows] == list(rules())
    assert all(row["what"] and row["why"] for row in rows)
