"""HTML entities left in a plain text (C105)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import unescape
from html.entities import html5

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE, MARKUP
from dedupe_cli.model import Span

_FOUND = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# A text about entities means them: words that such a text uses.
_SUBJECT = re.compile("HTML|XML|[Ee]ntit(?:y|ies)|escap|实体|實體|转义|轉義", re.ASCII)
_QUOTES = "\"'`“”‘’「」『』《》"
_TAG_BEGINS = re.compile(r"[A-Za-z/!?]")


def decoded(text: str) -> str:
    """Return a text with its entities decoded, and again those that stand then."""
    for _ in range(len(text)):
        after = unescape(text)
        if after == text:
            break
        text = after
    return text


def _propose(text: str) -> Iterable[Fix]:
    if "&" not in text or _FOUND.search(text) is None:
        return
    if MARKUP.search(text) or _SUBJECT.search(text):
        return
    for match in _FOUND.finditer(text):
        start, end = match.span()
        new = _character(match[0])
        quoted = text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES
        if not new or (start and quoted):
            continue
        if new == "<" and _TAG_BEGINS.match(text, end):
            continue  # the text would get a tag that is none
        yield Fix(Span(start, end), new)


def _character(entity: str) -> str:
    """Return what an entity stands for; empty when that is nothing that a text should hold."""
    if entity[1] != "#" and entity[1:] not in html5:
        return ""
    char = unescape(entity)
    if any(c == "\ufffd" or (unicodedata.category(c) in {"Cc", "Cs", "Cn"} and c not in "\t\n") for c in char):
        return ""
    return char


CLEANER = Cleaner(
    code="C105",
    name="entities",
    title="HTML entities",
    safe=True,
    effect=Effect.DECODED,
    page="""\
HTML entities in a plain text (`&amp;`, `&nbsp;`, `&#8220;`) become the characters that they stand for, also those
that were escaped twice.

Left alone are texts with tags (there they belong), texts that speak of HTML, XML or entities, code between
backticks or fences, an entity in quotation marks, one without a semicolon, and `&lt;` where a tag would come out.
""",
    examples=(("Salt &amp; pepper&#8230;", "Salt & pepper…"), ("a&amp;nbsp;b", "a\u00a0b")),
    traps=(
        "<p>Salt &amp; pepper</p>",
        "In HTML an ampersand is &amp; and nothing else.",
        "Type `&amp;` here.",
        "The word “&copy;” was on the stone.",
        "page?a=1&copy=2&lt=3",
        "AT&T; R&D; &unknown;",
    ),
    propose=_propose,
    spares=CODE,
)
