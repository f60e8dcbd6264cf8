"""How text is drawn: colour, width of the output, and row breaks that Chinese and English readers expect.

Rich strands Latin words and begins rows with ``，``. Here a row may break at spaces and beside a wide character; never
before a closer, behind an opener, inside a mark.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Literal

from rich.cells import split_graphemes

from dedupe_cli.render.pieces import Piece, Role

# Terminals that understand links, by TERM_PROGRAM or TERM.
_LINKING = frozenset(
    {"iTerm.app", "WezTerm", "vscode", "ghostty", "xterm-ghostty", "xterm-kitty", "alacritty", "foot", "rio"}
)
Color = Literal["auto", "always", "never"]

# Palette colours: contrast of 2.9 or more on eleven known palettes, light and dark, where plain ANSI red and
# magenta fall to 2. ``dim`` and not bright black, which vanishes on Solarized dark.
STYLES = {
    Role.TEXT: "", Role.KEPT: "color(32)", Role.GOES: "color(167)", Role.LOST: "bold color(167)",
    Role.HELD: "bold color(164)", Role.DIM: "dim", Role.HEAD: "bold", Role.NAME: "bold underline",
}  # fmt: skip


def style(piece: Piece) -> str:
    """Return the rich style of a piece."""
    return f"{STYLES[piece.role]} reverse".strip() if piece.raw else STYLES[piece.role]


def wants_color(color: Color, stream: IO[str], env: Mapping[str, str] = os.environ) -> bool:
    """Decide by flag, NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb, terminal, in turn."""
    if color != "auto":
        return color == "always"
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR", "0") not in {"", "0"} or env.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    if env.get("CLICOLOR") == "0" or env.get("TERM") == "dumb":
        return False
    return stream.isatty()


def wants_links(color: Color, stream: IO[str], env: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a stream is a terminal that is known to have links (OSC 8); FORCE_HYPERLINK says so of others."""
    if color == "never" or not stream.isatty() or env.get("TERM") == "dumb":
        return False
    if env.get("FORCE_HYPERLINK"):
        return env["FORCE_HYPERLINK"] != "0"
    if env.get("TMUX") or env.get("CI") or env.get("TERM", "").startswith(("screen", "tmux")):
        return False
    vte = env.get("VTE_VERSION", "")
    named = env.get("TERM_PROGRAM") in _LINKING or env.get("TERM") in _LINKING
    return named or bool(env.get("WT_SESSION") or env.get("KONSOLE_VERSION")) or (vte.isdecimal() and int(vte) >= 5000)


def link_to(path: str, line: str = "") -> str:
    """Return the address of a file, and of a line of it, as terminals and editors take it."""
    from pathlib import Path  # noqa: PLC0415  only where there are links
    from platform import node  # noqa: PLC0415
    from urllib.parse import quote  # noqa: PLC0415

    whole = quote(os.fsencode(Path.cwd() / path))
    return f"file://{node()}{whole}" + (f"#{line}" if line else "")


def color_system(env: Mapping[str, str] = os.environ) -> Literal["standard", "256"]:
    """Return the palette of the terminal; 256 unless it says that it has only sixteen."""
    term = env.get("TERM", "")
    if env.get("COLORTERM") or "256" in term:
        return "256"
    return "standard" if term in {"linux", "xterm-16color", "ansi", "vt100", "cygwin"} else "256"


def width_of(stream: IO[str], env: Mapping[str, str] = os.environ) -> int:
    """Width in cells: COLUMNS, else that of the terminal, else 80."""
    columns = env.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return shutil.get_terminal_size((80, 24)).columns if stream.isatty() else 80


# The tables of the newest Unicode: the same rows on every machine.
_UNICODE = "latest"
_COLUMN = 100
_NO_START = frozenset(
    "，。、；：！？）》】」』〕〉〗｝］”’…—·,.;:!?)]}%‰％々ー゛゜ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ～°℃¶"
)
_NO_END = frozenset("（《【「『〔〈〖｛［“‘([{￥¥$＄£€#")


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide text is drawn; ``ambiguous_wide`` adds a cell to East-Asian-Width A characters (``“ … ·``)."""

    ambiguous_wide: bool = False

    def graphemes(self, text: str) -> list[tuple[int, int, int]]:
        """Return start, end and cells of every grapheme."""
        spans, _ = split_graphemes(text, _UNICODE)
        if not self.ambiguous_wide:
            return spans
        return [(a, b, c + (c == 1 and unicodedata.east_asian_width(text[a]) == "A")) for a, b, c in spans]

    def cells(self, text: str) -> int:
        """Width of a text in cells."""
        return len(text) if text.isascii() else sum(c for _, _, c in self.graphemes(text))

    def width(self, pieces: Sequence[Piece]) -> int:
        """Width of pieces on one row."""
        return self.cells("".join(p.text for p in pieces))

    def wrap(self, pieces: Sequence[Piece], width: int) -> list[list[Piece]]:
        """Break pieces into rows of at most ``width`` cells (a grapheme that is wider stands alone)."""
        text = "".join(p.text for p in pieces)
        spans = self.graphemes(text)
        allowed = _breaks(text, spans, pieces)
        rows: list[tuple[int, int]] = []
        first = best = i = used = 0
        while i < len(spans):
            start, _, cells = spans[i]
            if i > first and allowed[i]:
                best = i
            if used + cells > width and i > first and text[start] != " ":
                at = best if best > first else i
                rows.append((spans[first][0], spans[at][0]))
                first = best = i = at
                used = 0
                continue
            used += cells
            i += 1
        if first < len(spans):
            rows.append((spans[first][0], len(text)))
        return _slice(pieces, text, rows)


def wrapped(text: str, width: int) -> str:
    """Return a text of paragraphs with rows of at most ``width`` cells, and of 100, which is easy to read.

    A paragraph whose lines begin with spaces (an example) keeps its lines, the others are filled anew.
    """
    measure, wide = Measure(), min(width, _COLUMN)
    out = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.splitlines()
        for line in lines if paragraph.startswith(" ") else [" ".join(lines)]:
            plain = line.lstrip(" ")
            indent = line[: len(line) - len(plain)]
            rows = measure.wrap([Piece(plain)], max(8, wide - len(indent))) or [[]]
            out += [(indent + "".join(piece.text for piece in row)).rstrip() for row in rows]
        out.append("")
    return "\n".join(out[:-1]).rstrip("\n") + "\n"


def _breaks(text: str, spans: Sequence[tuple[int, int, int]], pieces: Sequence[Piece]) -> list[bool]:
    """Tell for each grapheme whether a row may break before it."""
    owner = [n for n, p in enumerate(pieces) for _ in p.text]
    out = [False] * len(spans)
    for i in range(1, len(spans)):
        (a, _, left_cells), (b, _, right_cells) = spans[i - 1], spans[i]
        left, right = pieces[owner[b - 1]], pieces[owner[b]]
        if owner[b - 1] == owner[b]:
            if left.solid:
                continue
        elif left.opens or right.closes:
            continue
        elif left.closes and right.opens:
            out[i] = True
            continue
        p, n = "" if left.raw else text[a], "" if right.raw else text[b]
        sign = right.solid and owner[b - 1] != owner[b]  # one of ours, such as …101…, may begin a row
        glued = n == " " or (n in _NO_START and not sign) or p in _NO_END
        apart = p in {"", " "} or n == "" or left_cells > 1 or right_cells > 1
        out[i] = not glued and apart
    return out


def _slice(pieces: Sequence[Piece], text: str, rows: Sequence[tuple[int, int]]) -> list[list[Piece]]:
    """Cut pieces at the ends of rows; spaces at a break are dropped."""
    out: list[list[Piece]] = []
    n, base = 0, 0
    for number, (start, end) in enumerate(rows):
        last = number == len(rows) - 1
        stop = end if last else start + len(text[start:end].rstrip(" "))
        row: list[Piece] = []
        while n < len(pieces) and base + len(pieces[n].text) <= start:
            base += len(pieces[n].text)
            n += 1
        m, at = n, base
        while m < len(pieces) and at < stop:
            piece = pieces[m]
            part = piece.text[max(0, start - at) : stop - at]
            if part:
                row.append(replace(piece, text=part))
            at += len(piece.text)
            m += 1
        out.append(row)
    return out
