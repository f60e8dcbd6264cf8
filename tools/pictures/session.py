"""Make the moving pictures of the READMEs: a short session on a terminal, in English and in Chinese.

python tools/pictures/session.py   (writes docs/session.svg and docs/session-zh.svg)

The commands are run; what they print is laid on a grid of cells, so that Chinese takes two columns whatever the font is.
The picture has no script and asks for nothing; where motion is not wanted it shows its last frame.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from rich.cells import split_graphemes

from dedupe_cli.render.terminal_style import wrapped

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS, ROWS = 96, 22
CELL, LINE, MARGIN = 8.4, 19, 16
# Seconds that a frame is shown.
SHOWN = 4.5
SGR = re.compile(r"\x1b\[([0-9;]*)m")
COLOURS = {"32": "kept", "167": "goes", "164": "held"}
SESSIONS = {
    "session.svg": ("en", "ferry.txt"),
    "session-zh.svg": ("zh", "ferry-zh.txt"),
}
STYLE = """
.ground { fill: #fff; stroke: #d0d7de } text { fill: #24292f; font: 14px ui-monospace, "SFMono-Regular", Menlo, Consolas,
"DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; white-space: pre } .prompt { fill: #57606a } .kept { fill: #0969da }
.goes { fill: #c93c37 } .held { fill: #a626a4 } .dim { fill: #6e7781 } .bold { font-weight: bold }
@media (prefers-color-scheme: dark) { .ground { fill: #161b22; stroke: #30363d } text { fill: #d4d4d4 } .prompt, .dim { fill: #8b949e }
.kept { fill: #58a6ff } .goes { fill: #ff7b72 } .held { fill: #d2a8ff } }
"""


def _frames(language: str, sample: str) -> list[list[str]]:
    """Run the session; return the rows of each frame, with the colours that a terminal would get."""
    frames = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "samples" / sample, folder)
        environment = {**os.environ, "DEDUPE_LANG": language, "COLUMNS": str(COLUMNS), "XDG_STATE_HOME": folder}
        diff = ["diff", "--layout", "inline", "--color", "always", sample]
        for args, typed in (
            (diff, f"dedupe diff {sample}"),
            (["clean", "-w", sample], f"dedupe clean -w {sample}"),
            (None, f"cat {sample}"),
            (["undo", sample], f"dedupe undo {sample}"),
        ):
            command = ["cat", sample] if args is None else [sys.executable, "-m", "dedupe_cli", *args]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
            told = [row for row in done.stderr.decode().splitlines() if not row.startswith(("hint:", "提示："))]
            rows = done.stdout.decode().splitlines()
            rows += [f"\x1b[2m{row}\x1b[0m" for line in told for row in wrapped(line, COLUMNS).splitlines()]
            frames.append([f"\x1b[90m$ {typed}\x1b[0m", *rows])
    # The text and what is said of it stand on one screen.
    return [frames[0], [*frames[1], "", *frames[2], "", *frames[3]]]


def _row(row: str, y: float) -> str:
    """Lay a row on the grid: a piece for each run of one look and one width of letters."""
    out, look, column = "", "", 0
    for at, part in enumerate(SGR.split(row)):
        if at % 2:
            look = _look(part, look)
            continue
        for piece in re.findall(r"[\u1100-\uffff]+|[^\u1100-\uffff]+", part):
            wide = sum(cells for _, _, cells in split_graphemes(piece)[0])
            if piece.strip():
                x, length = MARGIN + column * CELL, wide * CELL
                attributes = f' class="{look.strip()}"' if look.strip() else ""
                out += f'<text x="{x:.1f}" y="{y:.1f}" textLength="{length:.1f}"{attributes}>{escape(piece)}</text>'
            column += wide
    return out


def _look(codes: str, look: str) -> str:
    """Return the classes after a sequence that changes the look."""
    words = codes.split(";")
    if words in (["0"], [""]):
        return ""
    look += " bold" if "1" in words else ""
    look += " dim" if "2" in words else ""
    look += " prompt" if words == ["90"] else ""
    return look + "".join(
        f" {name}" for number, name in COLOURS.items() if number in words[2:] or words[-1:] == [number]
    )


def draw(frames: list[list[str]]) -> str:
    """Return the picture: all frames over each other, one after the other in sight."""
    rows = min(max(map(len, frames)), ROWS)
    width, height = 2 * MARGIN + COLUMNS * CELL, 2 * MARGIN + rows * LINE
    total = SHOWN * len(frames)
    share = 100 / len(frames)
    moving = f"@keyframes turn {{ 0%, {share:.2f}% {{ opacity: 1 }} {share + 0.01:.2f}%, 100% {{ opacity: 0 }} }}"
    out = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">\n'
    out += f"<style>{STYLE}{moving} .frame {{ opacity: 0; animation: turn {total}s infinite }}\n"
    out += "@media (prefers-reduced-motion: reduce) { .frame { animation: none } .frame:last-child { opacity: 1 } }</style>\n"
    out += f'<rect class="ground" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="8"/>\n'
    for number, frame in enumerate(frames):
        body = "\n".join(_row(row, MARGIN + LINE * (at + 0.75)) for at, row in enumerate(frame[:rows]))
        out += f'<g class="frame" style="animation-delay: {number * SHOWN}s">\n{body}\n</g>\n'
    return out + "</svg>\n"


def main() -> None:
    for name, (language, sample) in SESSIONS.items():
        (ROOT / "docs" / name).write_text(draw(_frames(language, sample)), encoding="utf-8")


if __name__ == "__main__":
    main()
