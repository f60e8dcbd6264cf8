"""What stands inside of a paragraph of Markdown and is not read with it: targets of links, tags, code of templates."""

from __future__ import annotations

import re

from dedupe_cli.model import Span

# The target of a link, with a title; one pair of brackets may stand in an address.
_TITLE = r"(?:[ \t\n]+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_TARGET = rf"(?<=\]\()[ ]*(?:<[^<>\n]*>|[^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*){_TITLE}[ ]*(?=\))"
_LABEL = r"(?<=\]\[)[^\[\]\n]+(?=\])"
_BARE = r"\b(?:https?|ftp)://[^\s<>()\[\]\"'`，。、；：！？）】」』”’]+"
_ADDRESS = rf"<(?:[a-z][a-z0-9+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>|{_BARE}"
_TAG = r"</?[A-Za-z][\w.:-]*(?:\s[^<>]*)?/?>"
_TEMPLATE = r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{/\*[^*\n]*\*/\}|\{#[\w-]+\}|\{:[^{}\n]*\}"
_INLINE = re.compile(f"{_TARGET}|{_LABEL}|{_ADDRESS}|{_TAG}|{_TEMPLATE}")
# Without one of these there is nothing of all that.
_MAY = re.compile(r"\]\(|\]\[|<|://|\{")


def unread(text: str, span: Span) -> list[Span]:
    """Return what of a stretch of a text, in its order, is not read with it."""
    if not _MAY.search(text, span.start, span.end):
        return []
    return [Span(*found.span()) for found in _INLINE.finditer(text, span.start, span.end) if found[0].strip()]
