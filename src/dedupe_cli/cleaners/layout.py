"""Parts of a text that cleaners leave alone (code, markup), and what several of them do with what they find."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.cleaners.cleaner import Fix, Ranges
from dedupe_cli.document import fences
from dedupe_cli.document.structure import underlines
from dedupe_cli.model import Span
from dedupe_cli.text.fold import code_points, is_han

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Characters of a text that are looked up at a time.
_PIECE = 1 << 18
_RANGE = re.compile(r".-.|.", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_TICKS = re.compile(r"(?<!`)(`+)(?!`)[^\n]{1,500}?(?<!`)\1(?!`)")
# Tags and comments as HTML and XML write them.
MARKUP = re.compile(r"<(?:/?[A-Za-z][\w:-]*(?:\s[^<>]{0,2000})?/?|!--|![A-Z]+[^<>]{0,2000})>")


def fenced(text: str) -> Ranges:
    """Return the fenced code of a text, fences included; one that is not closed runs to the end."""
    if "```" not in text and "~~~" not in text:
        return Ranges([])
    found = [fences.Fence(line.start(), line[0], not _is_underline(text, line)) for line in _FENCE.finditer(text)]
    return Ranges([(a.at, b.at + len(b.line) if b else len(text)) for a, b in fences.fenced(found)])


def _is_underline(text: str, match: re.Match[str]) -> bool:
    """Tell whether what looks like a fence underlines a title of one line, as in reStructuredText."""
    above = text[max(match.start() - 400, 0) : match.start()].split("\n")[-2::-1]
    return bool(above) and not any(map(str.strip, above[1:2])) and underlines(match[0].strip(), above[0].strip())


def ticked(text: str) -> Ranges:
    """Return the code between backticks inside of lines."""
    return Ranges([match.span() for match in _TICKS.finditer(text)] if "`" in text else [])


# What is written for programs: code, in lines of its own and inside of others.
CODE = (ticked, fenced)


def one_style(places: Sequence[re.Match[str]], right: str = "") -> Iterable[Fix]:
    """Turn what a text has less often into ``right``, or into what it has most often."""
    styles = Counter(match[0] for match in places)
    if len(styles) < 2:
        return
    usual = right or max(styles, key=lambda style: (styles[style], style))
    for match in places:
        if match[0] != usual:
            yield Fix(Span(*match.span()), usual)


def present(text: str) -> NDArray[np.bool_]:
    """Return for each code point whether it stands in a text: some times faster than to look for a class of them."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
    for at in range(0, len(text), _PIECE):
        table[code_points(text[at : at + _PIECE])] = True
    return table


def points(chars: str) -> NDArray[np.int64]:
    """Return the code points of the inside of a class of a regular expression: characters, and ranges of them."""
    ranges = [(ord(m[0][0]), ord(m[0][-1])) for m in _RANGE.finditer(chars)]
    return np.concatenate([np.arange(low, high + 1) for low, high in ranges])


def is_wide(text: str) -> bool:
    """Tell whether a text begins with a character or mark of Chinese or Japanese: no spaces stand there."""
    code = ord(text[0])
    return is_han(code) or 0x3001 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF01 <= code <= 0xFF60


def columns(text: str) -> int:
    """Return the width of a text on a terminal or in a printed line: wide characters take two."""
    return len(text) + len(_WIDE.findall(text))


def is_spaced(text: str) -> bool:
    """Tell whether a text has the habit of a space between Chinese characters and Latin letters or digits."""
    return len(_SPACED.findall(text)) > len(_CLOSE.findall(text))


_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
_HAN = "\u3400-\u9fff\uf900-\ufaff"
_SPACED = re.compile(f"[{_HAN}] (?=[A-Za-z0-9])|[A-Za-z0-9%] (?=[{_HAN}])")
_CLOSE = re.compile(f"[{_HAN}](?=[A-Za-z0-9])|[A-Za-z0-9%](?=[{_HAN}])")
