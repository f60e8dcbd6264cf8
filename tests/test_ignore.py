"""What takes no part stays, and the laws hold around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import command
import strategies
from dedupe_cli import api
from dedupe_cli.gate.ignore import IgnoreRules, ignored, markers
from dedupe_cli.read.decode import decode
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.markdown.blocks import markdown_parts
from dedupe_cli.read.formats.rest import is_rest, rest_parts
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms

if TYPE_CHECKING:
    from dedupe_cli.model import Source

MARKERS = (
    "<!-- dedupe: ignore -->", "// dedupe: off", "# dedupe: on -- reason", "; dedupe: ignore [D1, W]", ".. dedupe: off [D2]",
    "{/* dedupe: ignore-file [D203] */}", "% dedupe: on",
)  # fmt: skip


@st.composite
def marked(draw: st.DrawFn) -> str:
    """A text of repeats with markers on lines of their own between its paragraphs."""
    block = st.one_of(strategies.paragraphs(), strategies.paragraphs(), strategies.loops())
    pool = draw(st.lists(block, min_size=1, max_size=4))
    pieces = draw(st.lists(st.one_of(st.sampled_from(pool), st.sampled_from(MARKERS)), min_size=2, max_size=10))
    return draw(st.sampled_from(["\n\n", "\n", "\r\n\r\n", "\r\r"])).join(pieces)


def source(text: str, path: str = "a.md") -> Source:
    return decode(text.encode(), path)


def clean(text: str, keep: str) -> str:
    return api.run(source(text), Settings(keep=keep), terms=Terms()).text  # type: ignore[arg-type]


@settings(deadline=None, max_examples=50)
@given(marked(), st.sampled_from(["best", "last", "merged"]))
def test_ignored_text_stays_and_cleaning_twice_changes_nothing(text: str, keep: str) -> None:
    out = clean(text, keep)
    assert clean(out, keep) == out
    assert _lines(out) == _lines(text)
    stays = [span.of(text) for span in ignored(source(text), IgnoreRules()).marked]
    at = 0
    for part in stays:
        at = out.index(part, at) + len(part)


LATER = (
    # Once the truncated copy is gone, the two lines stand beside each other: D101 becomes D203.
    (
        "<!-- dedupe: ignore-file [D1] -->\nNobody remembers who planted the row of pear trees behind the fire station.\n"
        "He paid 40 crowns for the horse and 12 more for the saddle it came with.\n"
        "Nobody remembers who planted the row of pear trees behind the fire stati\n"
        "He paid 40 crowns for the horse and 12 more for the saddle it came with."
    ),
    (
        "消防站后面那排梨树是7种的，e里已经没有人说得上来了。消防站后面那排梨树是谁种的，村里已经没有人说得上来了。\r\n"
        "<!-- dedupe: ignore-file [D1] -->\r\n\r\n站后面那排梨树是谁种的，村村里已经没有人的得上来了 \r\n"
        "站后面那排梨树是谁种的，村村里已经没有人的得上来了 \r\nThe ferryman keeps his tools in 的 box that once held oranges "
        "from the south.消防站后面那排梨树是谁种的，村里已经没有人说得上来了。\r\n\r\n站后面那排梨树是谁种的，村村里已经没有人的得上来了 \r\n"
    ),
)


@pytest.mark.parametrize("text", LATER)
@pytest.mark.parametrize("keep", ["best", "last", "merged"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_what_is_hidden_by_its_code_may_get_another_one_and_cleaning_twice_changes_nothing(
    text: str, keep: str, name: str
) -> None:
    def run(text: str) -> str:
        opened = open_source(text.encode(), name)
        return api.run(opened, Settings(keep=keep), terms=Terms()).text  # type: ignore[arg-type]

    out = run(text)
    assert run(out) == out
    assert _lines(out) == _lines(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_no_cleaner_puts_a_marker_and_the_line_below_on_one_line(newline: str) -> None:
    text = f"% dedupe: ignore -- it is quoted{newline}then the{newline}老船工每天清晨五点出船送学生"
    found = api.run(source(text, "a.txt"), Settings(fix=frozenset({"wrap"})), terms=Terms())
    assert found.text == text


def test_what_is_hidden_by_its_code_leaves_no_seam() -> None:
    """White space beside a cut is not that of a text in which the hidden copies are gone."""
    first, other = command.FIRST, "The tinsmith mends whatever the wind has torn from the roofs of the town."
    text = f"<!-- dedupe: ignore-file [D203] -->\n\n{first} {first}\n\n{other}\n\n{other}\n\n{first} {first}\n"
    assert clean(text, "best") == f"<!-- dedupe: ignore-file [D203] -->\n\n{first}\n\n{other}\n\n{other}\n"


def _lines(text: str) -> list[str]:
    return re.findall("|".join(re.escape(marker) for marker in MARKERS), text)


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("---\na: 1\n---\ntext\n", "front_matter", ["a: 1"]),
        ("+++\na = 1\n+++\ntext\n", "front_matter", ["a = 1"]),
        ("text\n---\na: 1\n---\n", "front_matter", []),
        ("---\nno end\n", "front_matter", []),
        ("a\n\n```py\nx\n```\nb\n~~~\n```\ny\n", "code", ["```py\nx\n```", "~~~\n```\ny"]),
        ("````\n```\n````\nb\n", "code", ["````\n```\n````"]),
        ("# A\n\nb\n===\n\n#no\n\nc\n---\n- d\n---\n", "headings", ["# A", "b\n===", "c\n---"]),
        ("a | b\n--|--\n1 | 2\n\nc | d\n", "tables", ["a | b\n--|--\n1 | 2"]),
        ("| a |\r\n|---|\r\n| 1 |\r\n\r\ntext", "tables", ["| a |\r\n|---|\r\n| 1 |"]),
        ("> a\n> b\n\nc\n", "quotes", ["> a\n> b"]),
        ("- a\n\n  ```\n  x\n  ```\n\nb\n\n    y\n", "code", ["```\n  x\n  ```", "y"]),
        ("<p>a</p>\n\n<!-- b -->\n\nc\n", "html", ["<p>a</p>"]),
        ("a [b]\n\n[b]: https://a.example\n", "definitions", ["[b]: https://a.example"]),
        ("", "code", []),
    ],
)
def test_parts_of_markdown(text: str, wanted: str, expected: list[str]) -> None:
    assert [span.of(text) for _, span in markdown_parts(text, (wanted,))] == expected


@pytest.mark.parametrize("part", ["html", "definitions", "code"])
def test_what_a_project_leaves_out_takes_no_part(part: str) -> None:
    text = "<p>a</p>\n\nb [c]\n\n- d\n\n  ```\n  x\n  ```\n\n[c]: https://a.example\n"
    opened = open_source(text.encode(), "a.md")
    assert len(ignored(opened, IgnoreRules(parts=frozenset({part}))).always) == 1


@pytest.mark.parametrize("name", ["a.md", "a.mdx", "a.mkdn"])
def test_a_marker_in_code_is_an_example(name: str) -> None:
    text = "- a\n\n  ```\n  <!-- dedupe: ignore -->\n  ```\n\n<!-- dedupe: off -->\n\nb\n"
    [marker] = ignored(open_source(text.encode(), name), IgnoreRules()).markers
    assert marker.line.of(text) == "<!-- dedupe: off -->"


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("So::\n\n  a\n\n  b\n\nText.\n", "code", ["So::\n", "\n  a\n\n  b\n"]),
        ("So::\n\n  a\n\n  b\n\nText.\n", "literal", ["\n  a\n\n  b\n"]),
        ("One says so. Like this::\n\n\tcode\n\nText.\n", "code", ["Like this::\n", "\n\tcode\n"]),
        ("   So::\n\n\tcode\n\nText.\n", "literal", ["\n\tcode\n"]),
        ("* So::\n\n     code\n\n  Text of the item.\n", "literal", ["\n     code\n"]),
        (".. _bolts:\n\nBolts\n=====\n\nText.\n", "code", [".. _bolts:\n"]),
        ("Bolts\n=====\n\n-----\nNuts\n-----\n\nText.\n", "headings", ["Bolts\n=====\n", "-----\nNuts\n-----\n"]),
        (":param n: How many\n   bolts.\n\nUse :func:`n` for it.\n", "code", [":param n: How many\n   bolts.\n"]),
        (
            ".. versionchanged:: 3\n   More.\n\n   Even more.\n\nText.\n",
            "code",
            [".. versionchanged:: 3\n   More.\n\n   Even more.\n"],
        ),
        (
            ".. function:: turn(bolt, *,\n       by=1)\n\n   Turns it.\n",
            "code",
            [".. function:: turn(bolt, *,\n       by=1)\n"],
        ),
        (
            ".. list-table:: Bolts\n\n   * - M6\n     - short\n\nText.\n",
            "tables",
            [".. list-table:: Bolts\n\n   * - M6\n     - short\n"],
        ),
        (".. code-block:: py\n   :x:\n\n   a\n\nText.\n", "code", [".. code-block:: py\n   :x:\n\n   a\n"]),
        (".. note::\n   Prose.\n", "code", [".. note::\n"]),
        (">>> a\n1\n\nText.\n", "code", [">>> a\n1\n"]),
        ("+--+--+\n| a| b|\n+--+--+\nText.\n", "tables", ["+--+--+\n| a| b|\n+--+--+\n"]),
        ("== ==\na  b\n== ==\n1  2\n== ==\n\nText.\n", "tables", ["== ==\na  b\n== ==\n1  2\n== ==\n"]),
        ("Title\n=====\n\nText.\n", "tables", []),
        (
            "== ==\na  b\n   == ==\n   c  d\n   == ==\n\n== ==\n\nText.\n",
            "tables",
            ["== ==\na  b\n   == ==\n   c  d\n   == ==\n\n== ==\n"],
        ),
    ],
)
def test_parts_of_rest(text: str, wanted: str, expected: list[str]) -> None:
    assert is_rest("a.rst")
    assert [span.of(text) for span in rest_parts(text, (wanted,))] == expected


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("<!-- dedupe: ignore -->\nOne.\n\nTwo.\n", ["One."]),
        ("<!-- dedupe: ignore -->\n\n\n  One.\n\nTwo.\n", ["One."]),
        ("One.\n\n# dedupe: off\nTwo.\n# dedupe: on\nThree.\n", ["\nTwo.\n", ""]),
        ("One.\n// dedupe: off\nTwo.\n", ["\nTwo.\n"]),
        ("One.\n\n% dedupe: ignore-file\n", ["One.\n\n% dedupe: ignore-file\n"]),
        ("<!-- dedupe: ignore -->", [""]),
        ("/* dedupe: ignore */\nOne.", ["One."]),
        ("One.\r\n# dedupe: ignore\r\nTwo.\r\n\r\nThree.\r\n", ["Two."]),
        ("One.\r# dedupe: ignore\r\rTwo.\r\rThree.", ["Two."]),
        ("text <!-- dedupe: ignore -->\nOne.", []),
        ("<!-- dedupe: ignore --> text\nOne.", []),
        ("<!-- dedupe ignore -->\nOne.", []),
    ],
)
def test_the_region_of_a_marker(text: str, regions: list[str]) -> None:
    assert [marker.region.of(text) for marker in markers(text)] == regions


def test_a_marker_names_rules() -> None:
    [one] = markers("<!-- dedupe: ignore [D2, exact-copy] -- why -->\nOne.")
    assert one.codes == ("D2", "D101")
    assert not one.fault


def test_a_repeat_is_not_found_over_an_ignored_stretch() -> None:
    """Two passages that only join where the ignored text is left out are none."""
    half = "and closes at six"
    text = f"{command.FIRST}\n\n<!-- dedupe: off -->\n{half}\n<!-- dedupe: on -->\n\n{command.FIRST}\n"
    assert api.run(source(text), Settings(), terms=Terms()).text.count(half) == 2
