"""Texts of any size that are hard to read, each by a name: the end of its file's name, and its bytes."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "speed"))

import hostile

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 7


def units(unit: str) -> Callable[[int], bytes]:
    """One piece again and again."""
    return lambda size: (unit * (size // len(unit.encode()))).encode()


def numbered(head: str, row: Callable[[int], str]) -> Callable[[int], bytes]:
    """Rows that differ in their number."""

    def made(size: int) -> bytes:
        out, length, number = [head], len(head), 0
        while length < size:
            out.append(row(number))
            length += len(out[-1])
            number += 1
        return "".join(out).encode()

    return made


def srt(number: int) -> str:
    return f"{number + 1}\n{_time(number, ',')} --> {_time(number + 1, ',')}\nx{number}\n\n"


def vtt(number: int) -> str:
    return f"{_time(number)} --> {_time(number + 1)}\na\n\n"


def _time(second: int, point: str = ".") -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{point}000"


def nuls(size: int) -> bytes:
    return b"\0" * size


def stairs(row: Callable[[int], str]) -> Callable[[int], bytes]:
    """Rows of growing depth, to 200, again and again."""
    return units("".join(row(depth) for depth in range(1, 200)))


def pieces(choice: tuple[str, ...]) -> Callable[[int], bytes]:
    """Pieces in a random order."""

    def made(size: int) -> bytes:
        mean = sum(len(each) for each in choice) / len(choice)
        return "".join(random.Random(SEED).choices(choice, k=int(size / mean))).encode()

    return made


def letters(alphabet: str) -> Callable[[int], bytes]:
    """Letters in a random order."""
    return pieces(tuple(alphabet))


def text(make: Callable[[int], str]) -> Callable[[int], bytes]:
    return lambda size: make(size).encode()


def grown(start: str, rules: dict[str, str], size: int, words: tuple[str, str] = ("a", "b")) -> bytes:
    """A word in which each letter is replaced by others until it is long enough; ``words`` stand for its two letters."""
    found = start
    while len(found) * len(words[0]) < size:
        found = "".join(rules[letter] for letter in found)
    return found.translate(str.maketrans(dict(zip("ab", words, strict=True)))).encode()[:size]


def de_bruijn(size: int) -> bytes:
    """Every word of so many letters of two, each once: the greatest of the next ones that is new."""
    length = max(size.bit_length() - 1, 2)
    seen, at, out = bytearray(1 << length), 0, []
    seen[0] = 1
    while True:
        for bit in (1, 0):
            after = (at << 1 | bit) & ((1 << length) - 1)
            if not seen[after]:
                break
        else:
            break
        seen[after], at = 1, after
        out.append("ab"[bit])
    return "".join(out).encode()


def rolling(number: int) -> str:
    """A cue that says the line before, and one of its own."""
    said = [f"The mill of number {at} stands." for at in (number, number + 1)]
    return f"{_time(number)} --> {_time(number + 1)}\n{said[0]}\n{said[1]}\n\n"


def whisper(size: int) -> bytes:
    row = '{{"id": {0}, "start": {0}.0, "end": {1}.0, "text": " a"}}'
    rows = [row.format(number, number + 1) for number in range(size // 50)]
    return ('{"text": "", "segments": [' + ",".join(rows) + "]}").encode()


def word(size: int, said: Callable[[int], str]) -> bytes:
    """A document whose text, unpacked, has so many bytes."""
    row = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    rows = "".join(row.format(said(number)) for number in range(size // len(row)))
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        file.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
            f"{rows}</w:body></w:document>",
        )
    return packed.getvalue()


# Name -> end of the file's name, bytes.
INPUTS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "fences": ("md", units("```\n")),
    "fences of tildes": ("md", units("~~~\n\n")),
    "tildes on every line": ("md", units("~~~\n")),
    "tildes in a text": ("txt", units("~~~\n")),
    "items": ("md", units("- a\n")),
    "items that differ": ("md", numbered("", lambda number: f"- a{number}\n")),
    "items apart": ("md", units("- a\n\n")),
    "items and paragraphs": ("md", units("- a\n\na\n\n")),
    "items within items": ("md", units("".join(f"{'  ' * depth}- a\n" for depth in range(300)))),
    "rows of a table": ("md", numbered("| a | b |\n|---|---|\n", lambda _: "| a | b |\n")),
    "headings": ("md", units("# a\n")),
    "headings that differ": ("md", numbered("", lambda number: f"# a{number}\n")),
    "paragraphs": ("md", units("a\n\n")),
    "paragraphs that differ": ("md", numbered("", lambda number: f"a{number}\n\n")),
    "paragraphs of a text": ("txt", units("a\n\n")),
    "quotations": ("md", units("> a\n")),
    "quotations within each other": ("md", units("> ")),
    "code between paragraphs": ("md", units("    a\n\nb\n\n")),
    "open blocks of HTML": ("md", units("<div>\n\n")),
    "emphasis on lines": ("md", units("*a\n")),
    "fences in items": ("md", units("- ```\n")),
    "fences in a text": ("txt", units("```\n")),
    "fences with a word": ("md", units("```a\n")),
    "ticks on lines": ("md", units("a ```\n")),
    "ticks in paragraphs": ("md", units("a ```\n\n")),
    "open addresses": ("md", units("<http://a ")),
    "open addresses in a row": ("md", units("<http://a")),
    "open addresses on lines": ("md", units("<http://a\n")),
    "open brackets": ("md", units("[a](")),
    "open tags": ("md", units("<a b=' ")),
    "ticks": ("md", lambda size: "".join("`" * (n % 1000 + 1) + "a" for n in range(size // 500)).encode()),
    "equals signs": ("md", units("a\n=\n")),
    "equals signs in a text": ("txt", units("a\n=\n")),
    "front matter": ("md", lambda size: b"---\n" + b"a: b\n" * (size // 5) + b"---\n\na\n"),
    "front matter of keys": ("md", numbered("---\n", lambda number: f"key{number}: b\n")),
    "front matter without end": ("md", lambda size: b"---\n" + b"a: b\n" * (size // 5)),
    "definitions": ("md", numbered("", lambda number: f"[a{number}]: b\n")),
    "cues of SubRip": ("srt", numbered("", srt)),
    "cues that are equal": ("srt", numbered("", lambda number: srt(number).replace(f"x{number}", "x"))),
    "cues of WebVTT": ("vtt", numbered("WEBVTT\n\n", vtt)),
    "open attributes": ("html", units("<a b='")),
    "open attributes, double": ("html", units('<a b="')),
    "open tags of HTML": ("html", units("<a ")),
    "open comments": ("html", units("<!-- a ")),
    "open declarations": ("html", units("<![CDATA[ ")),
    "paragraphs of HTML": ("html", units("<p>a")),
    "items of HTML": ("html", units("<li>a")),
    "cells of HTML": ("html", units("<tr><td>a")),
    "blocks within each other": ("html", units("<div>")),
    "records": ("jsonl", units('{"text": "a"}\n')),
    "NULs": ("txt", nuls),
    "NULs in Markdown": ("md", nuls),
    "items and lines": ("md", units("- foo bar\nfoo bar\n")),
    "items and paragraphs of words": ("md", units("- foo bar\n\nfoo bar\n\n")),
    "items and lines in a text": ("txt", units("- foo bar\nfoo bar\n")),
    "bars": ("md", units("|")),
    "bars on lines": ("md", units("|a|\n")),
    "bars in a text": ("txt", units("| a |\n")),
    "tables of one row": ("md", units("|a|\n|-|\n|b|\n\n")),
    "quotations in a row": ("md", units(">")),
    "quotations deeper by lines": ("md", stairs(lambda depth: ">" * depth + " a\n")),
    "items deeper by lines": ("md", stairs(lambda depth: " " * (2 * depth) + "- a\n")),
    "brackets": ("md", units("[")),
    "brackets that close": ("md", units("[a]")),
    "pictures": ("md", units("![")),
    "parentheses": ("md", units("(")),
    "parentheses in a text": ("txt", units("(")),
    "quotation marks that open": ("txt", units("“")),
    "definitions that are equal": ("md", units("[a]: b\n")),
    "footnotes": ("md", numbered("", lambda number: f"a[^{number}]\n\n[^{number}]: b\n\n")),
    "footnotes that are equal": ("md", units("[^a]: b\n\n")),
    "emphasis in a row": ("md", units("*a **a ")),
    "emphasis of both kinds": ("md", units("*a_ **b__ ")),
    "emphasis that opens only": ("md", units("a**b")),
    "comments in Markdown": ("md", units("<!-- a\n")),
    "comments in paragraphs": ("md", units("<!-- a\n\n")),
    "backslashes": ("md", units("\\")),
    "references to characters": ("md", units("&a")),
    "rules": ("md", units("---\n\n")),
    "hashes": ("md", units("#\n")),
    "dollars": ("md", units("$$\n")),
    "boxes": ("md", units(":::note\n")),
    "one line": ("txt", units("foo bar ")),
    "one line of Markdown": ("md", units("foo bar ")),
    "one line of many words": ("txt", lambda size: hostile.random_words(size).replace("\n", " ").encode()),
    "one line of many words in Markdown": ("md", lambda size: hostile.random_words(size).replace("\n", " ").encode()),
    "one word": ("txt", letters("abcdefghijklmnopqrstuvwxyz")),
    "one letter": ("txt", units("a")),
    "one letter in Markdown": ("md", units("a")),
    "one Han character": ("txt", units("水")),
    "one picture sign": ("txt", units("😀")),
    "one combining mark": ("txt", units("\u0301")),
    "one sign": ("txt", units("~")),
    "white space": ("txt", units(" \t\u3000")),
    "newlines of all kinds": ("txt", units("a\r\n\rb\n\r")),
    "newlines of all kinds in Markdown": ("md", units("a\r\n\rb\n\r")),
    "rows of CSV": ("csv", numbered("text,b\n", lambda _: "a,b\n")),
    "rows of CSV that differ": ("csv", numbered("text,b\n", lambda number: f"a{number},b\n")),
    "a quotation of CSV that nobody closes": ("csv", numbered("text,b\n", lambda _: '"a,b\n')),
    "records that differ": ("jsonl", numbered("", lambda number: f'{{"text": "a{number}"}}\n')),
    "records of two lines": ("jsonl", units('{"text": "The mill stands.\\nThe mill stands."}\n')),
    "a record in records": ("jsonl", lambda size: b'{"text": ' + b"[" * (size - 9) + b"\n"),
    "segments of Whisper": ("json", whisper),
    "cues that differ, WebVTT": ("vtt", numbered("WEBVTT\n\n", lambda number: vtt(number).replace("a", f"a{number}"))),
    "cues that roll": ("vtt", numbered("WEBVTT\n\n", rolling)),
    "cues of ASS": ("ass", numbered("[Events]\n", lambda n: f"Dialogue: 0,{_time(n)},{_time(n + 1)},D,,0,0,0,,a\n")),
    "paragraphs of Word": ("docx", lambda size: word(size, lambda _: "a")),
    "paragraphs of Word that differ": ("docx", lambda size: word(size, lambda number: f"a{number}")),
    "AsciiDoc, sidebars": ("adoc", units("****\na\n")),
    "AsciiDoc, listings": ("adoc", units("----\n")),
    "AsciiDoc, tables": ("adoc", units("|===\n|a\n")),
    "AsciiDoc, attributes": ("adoc", units(":a: b\n")),
    "AsciiDoc, sections": ("adoc", units("== a\n\n")),
    "reStructuredText, notes": ("rst", units(".. note:: a\n\n")),
    "reStructuredText, titles": ("rst", units("a\n=\n\n")),
    "reStructuredText, tables": ("rst", units("=== ===\na   b\n")),
    "reStructuredText, grids": ("rst", units("+---+\n| a |\n")),
    "reStructuredText, code": ("rst", units("a::\n\n  b\n\n")),
    "reStructuredText, substitutions": ("rst", units("|a|_ ")),
    "open attributes of one tag": ("html", lambda size: b"<a " + b'b="c" ' * (size // 6)),
    "references in HTML": ("html", units("&amp")),
    "ampersands": ("html", units("&")),
    "open scripts": ("html", units("<script>a ")),
    "text behind other text in HTML": ("html", units("<b>a</b>")),
    "lines of HTML": ("html", units("a<br>\n")),
    "random bytes": ("md", lambda size: random.Random(SEED).randbytes(size)),
    "random signs": ("md", letters("".join(map(chr, range(32, 127))) + "\n")),
    "random signs in a text": ("txt", letters("".join(map(chr, range(32, 127))) + "\n")),
    "random marks": (
        "md",
        pieces(("- ", "> ", "# ", "```\n", "~~~\n", "a\n", "\n", "    ", "1. ", "| ", "*a", "[a]: b\n")),
    ),
    "random tags": (
        "html",
        pieces(("<p>", "</p>", "<div>", "</div>", "<li>", "<td>", "<ul>", "a", "b ", "<b>", "</b>", "<br>")),
    ),
    "two letters at random": ("txt", letters("ab")),
    "two letters and spaces at random": ("txt", letters("ab ")),
    "two letters, lines at random": ("txt", letters("ab\n")),
    "two words at random": ("txt", pieces(("foo ", "bar "))),
    "two sentences at random": ("txt", pieces(("The mill stands. ", "The mill is gone. "))),
    "two paragraphs at random": ("txt", pieces(("The mill stands.\n\n", "The mill is gone.\n\n"))),
    "period doubling": ("txt", lambda size: grown("a", {"a": "ab", "b": "aa"}, size)),
    "period doubling of words": ("txt", lambda size: grown("a", {"a": "ab", "b": "aa"}, size, ("foo ", "bar "))),
    "period doubling of lines": ("txt", lambda size: grown("a", {"a": "ab", "b": "aa"}, size, ("foo\n", "bar\n"))),
    "Fibonacci's word": ("txt", lambda size: grown("a", {"a": "ab", "b": "a"}, size)),
    "Fibonacci's word of words": ("txt", lambda size: grown("a", {"a": "ab", "b": "a"}, size, ("foo ", "bar "))),
    "Fibonacci's word of paragraphs": (
        "txt",
        lambda size: grown("a", {"a": "ab", "b": "a"}, size, ("The mill stands.\n\n", "It is gone now.\n\n")),
    ),
    "Thue and Morse": ("txt", lambda size: grown("a", {"a": "ab", "b": "ba"}, size)),
    "Thue and Morse of lines": ("txt", lambda size: grown("a", {"a": "ab", "b": "ba"}, size, ("foo\n", "bar\n"))),
    "de Bruijn": ("txt", de_bruijn),
    **{name: ("txt", text(make)) for name, make in hostile.TEXTS.items()},
    "near-equal sentences in Markdown": ("md", text(hostile.near_equal)),
    "near-equal items": (
        "md",
        lambda size: hostile.near_equal(size).replace("\n\n", "\n").replace("The c", "- The c").encode(),
    ),
}
