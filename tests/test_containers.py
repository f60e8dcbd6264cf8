"""The cases of `tests/cases/containers`: files of all formats, with what is expected of them byte for byte."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import srt
import webvtt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dedupe_cli import api
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.markdown.blocks import read_blocks, shape
from dedupe_cli.settings import make

HERE = Path(__file__).parent / "cases" / "containers"
MARKS = re.compile("⟦(.*?)⟧", re.DOTALL)
NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
KEYS = {"name", "text", "input", "expected", "newlines", "options", "transcript"}
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(HERE.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]


def run(kind: str, text: str, **options: Any) -> api.Result:
    return api.run(open_source(text.encode("utf-8", "surrogatepass"), f"in.{kind}", kind=kind), make(**options))


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_case(kind: str, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS, "unknown key"
    newline = NEWLINES[case.get("newlines", "lf")]
    before = (MARKS.sub(r"\1", case["text"]) if "text" in case else case["input"]).replace("\n", newline)
    after = (MARKS.sub("", case["text"]) if "text" in case else case["expected"]).replace("\n", newline)
    result = run(kind, before, **case.get("options", {}))
    assert result.data.decode() == after
    assert run(kind, after, **case.get("options", {})).data.decode() == after


SAID = (
    "The bell of the old fire station rings at noon on the first Monday of the month, and nobody minds it.",
    "Whoever leaves the reading room last puts out the lamps\nand hangs the key on the nail by the door, on the left.",
    "渡口的老船工每天清晨五点出船，先把学生送到对岸，再回来接赶集的人。",
    "See [the page of the ferries](https://ferries.example/times-and-prices) for **all times and prices** of the year.",
)
FORMS = ("{}\n\n", "> {}\n\n", "- {}\n", "1. {}\n\n", "   {}\n\n", "# {}\n", "{}\n===\n\n", "- - {}\n\n", "```\n{}\n```\n", "")  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(FORMS), st.lists(st.sampled_from(SAID), min_size=1, max_size=3)), max_size=9))
@example([(FORMS[0], [SAID[0]]), (FORMS[5], [*SAID[:2], SAID[1]]), (FORMS[4], [SAID[0]]), (FORMS[0], [SAID[1]])])
@example([(FORMS[0], [SAID[1], SAID[0], SAID[0]]), (FORMS[1], [*SAID[:3]])])
def test_markdown_keeps_its_laws(parts: list[tuple[str, list[str]]]) -> None:
    text = "".join(form.format(" ".join(said)) for form, said in parts)
    once = run("markdown", text)
    assert run("markdown", once.text).text == once.text
    there = iter(
        shape(read_blocks(text).root.children)
    )  # headings and code go with what stands around them, and nothing is made
    assert all(kind in there for kind in shape(read_blocks(once.text).root.children))


def test_a_heading_over_nothing_stays() -> None:
    said = "The bell of the old fire station rings at noon on the first Monday of the month, and nobody minds it."
    text = f"{said}\n\nThe mill is old and nobody knows whose it was.\n\n# {said}\n"
    source = open_source(text.encode(), "a.md")
    assert api.run(source, make(confidence=1.0)).text == text


LINES = st.sampled_from(
    ["we shut the main valve", "then we wait", "<i>the foam runs off", "the lid</i> is bent", "- ", "没有机器", ""]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["vtt", "srt"]), st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=14), st.booleans())
def test_subtitles_keep_their_laws(kind: str, cues: list[list[str]], rolling: bool) -> None:
    point = "." if kind == "vtt" else ","
    if rolling:
        cues = [[*before[-1:], *cue] for before, cue in zip([[], *cues], cues, strict=False)]
    blocks = [
        f"{n}\n00:{n:02}:00{point}000 --> 00:{n + 1:02}:00{point}000\n" + "\n".join(filter(None, cue)) + "\n"
        for n, cue in enumerate(cues, 1)
    ]
    text = ("WEBVTT\n\n" if kind == "vtt" else "") + "\n".join(blocks)
    once = run(kind, text)
    assert run(kind, once.data.decode()).data == once.data
    assert once.changed or once.data.decode() == text
    new = once.data.decode()
    if kind == "vtt":
        times = [(c.start, c.end) for c in webvtt.from_buffer(io.StringIO(new), format="vtt").captions]
    else:
        found = list(srt.parse(new))
        times = [(str(c.start), str(c.end)) for c in found]
        assert [c.index for c in found] == list(range(1, len(found) + 1))
    assert all(start <= end for start, end in times)
    assert times == sorted(times, key=lambda time: time[0])


HTML = ("<p>{}", "<div>{}</div>", "<li>{}", "{}", "<td>{}</td>", "<h2>{}</h2>", "<b>{}", "<pre>{}</pre>", "<img><p>{}</p>", "</div>{}", "<ul>{}", "<!--{}-->", "&amp;{}<br>")  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(HTML), st.lists(st.sampled_from(SAID), min_size=1, max_size=2)), max_size=8))
@example([
    (HTML[0], [SAID[1]]), (HTML[0], [SAID[1], SAID[1]]), (HTML[0], [SAID[0]]), (HTML[3], [SAID[1], SAID[3]]),
    (HTML[0], [SAID[1], SAID[2]]),
])  # fmt: skip
def test_html_keeps_its_laws(parts: list[tuple[str, list[str]]]) -> None:
    text = "\n".join(form.format(" ".join(said)) for form, said in parts)
    once = run("html", "<!doctype html>" + text)
    new = once.data.decode()
    assert run("html", new).data.decode() == new
    tags = re.compile(r"<(?:pre|img|td|!--)\b|</(?:td|pre)>")
    assert tags.findall(new) == tags.findall("<!doctype html>" + text)


HOSTILE_HTML = {
    "nested": "<div>" * 10_000 + SAID[0] + "</div>" * 10_000 + f"<p>{SAID[0]}",
    "brackets": "<" * 20_000 + f"<p>{SAID[0]}<p>{SAID[0]}",
    "open tags": "<p " * 20_000 + f"<p>{SAID[0]}<p>{SAID[0]}",
    "ampersands": "<p>" + "&" * 20_000 + f"<p>{SAID[0]}<p>{SAID[0]}",
    "an open comment": f"<p>{SAID[0]}<p>{SAID[0]}" + "<!--" * 20_000,
    "open instructions": f"<p>{SAID[0]}<p>{SAID[0]}" + "<?" * 20_000 + "<![" * 20_000,
    "ends of nothing": "<p>x" + "</b></div>" * 10_000 + f"<p>{SAID[0]}<p>{SAID[0]}",
}


@pytest.mark.parametrize("name", HOSTILE_HTML)
def test_hostile_html(name: str) -> None:
    once = run("html", HOSTILE_HTML[name]).data
    assert run("html", once.decode()).data == once


HOSTILE = {
    "quotes in quotes": ">" * 10_000 + f" {SAID[0]}\n\n{SAID[0]}\n\n{SAID[0]}\n",
    "lists in lists": "".join("  " * n + f"- {SAID[n % 4]}\n" for n in range(300)),
    "brackets": "[" * 20_000 + f"\n\n{SAID[0]}\n\n# x\n\n{SAID[0]}\n",
    "front matter without an end": "---\n" + "a: b\n" * 5000,
    "a fence without an end": f"{SAID[0]}\n\n```\n{SAID[0]}\n\n{SAID[0]}\n",
    "controls": f"{SAID[0]}\n\n\1\x0c\x85\n\n{SAID[0]}\n",
    "odd newlines": f"{SAID[0]}\u2028\u2028{SAID[0]}\x0b\x0c{SAID[0]}\r\r\n\n{SAID[0]}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown(name: str) -> None:
    once = run("markdown", HOSTILE[name])
    assert run("markdown", once.text).text == once.text
