"""Whether to use colour, which colours, and how wide the output is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import IO, Literal

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
