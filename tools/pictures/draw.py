"""Draw what the diff view prints as a picture on an exact cell grid: python tools/pictures/draw.py OUT.png < ANSI.

Needs Pillow and the fonts Noto Sans Mono CJK and DejaVu Sans Mono; nothing at run time needs this script.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.cells import split_graphemes

CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
LATIN = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono{bold}.ttf"
SC = 7  # index of "Noto Sans Mono CJK SC" in the collection
THEMES = {
    "light": ((255, 255, 255), (45, 45, 45)),
    "dark": ((30, 30, 30), (212, 212, 212)),
}
PALETTE = {32: (0, 135, 215), 167: (215, 95, 95), 164: (215, 0, 215)}
SGR = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True)
class Look:
    color: int | None = None
    bold: bool = False
    dim: bool = False
    underline: bool = False
    reverse: bool = False


def looks(line: str) -> list[tuple[str, Look]]:
    """Split a line into stretches of one look."""
    out, at, look = [], 0, Look()
    for m in SGR.finditer(line):
        if m.start() > at:
            out.append((line[at : m.start()], look))
        at, look = m.end(), change(look, m.group(1))
    return [*out, (line[at:], look)]


def change(look: Look, codes: str) -> Look:
    numbers = [int(c or 0) for c in codes.split(";")]
    if numbers[:2] == [38, 5] or 38 in numbers:
        i = numbers.index(38)
        look = replace(look, color=numbers[i + 2])
        numbers = numbers[:i]
    for n in numbers:
        if n == 0:
            look = Look()
        name = {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}.get(n)
        if name:
            look = replace(look, **{name: True})
    return look


class Canvas:
    def __init__(self, columns: int, rows: int, theme: str, size: int, margin: int, scale: float) -> None:
        self.back, self.fore = THEMES[theme]
        self.cell = (round(size * 0.6), round(size * 1.5 * scale))
        self.margin = margin
        self.fonts = {
            (wide, bold): ImageFont.truetype(
                CJK.format(weight="Bold" if bold else "Regular")
                if wide
                else LATIN.format(bold="-Bold" if bold else ""),
                size if not wide else round(size * 1.13),
                index=SC if wide else 0,
            )
            for wide in (False, True)
            for bold in (False, True)
        }
        self.image = Image.new(
            "RGB", (columns * self.cell[0] + 2 * margin, rows * self.cell[1] + 2 * margin), self.back
        )
        self.pen = ImageDraw.Draw(self.image)

    def row(self, number: int, line: str) -> None:
        column = 0
        for text, look in looks(line):
            for start, end, cells in split_graphemes(text)[0]:
                self.put(number, column, text[start:end], cells, look)
                column += cells

    def put(self, row: int, column: int, char: str, cells: int, look: Look) -> None:
        x, y = self.margin + column * self.cell[0], self.margin + row * self.cell[1]
        fore = PALETTE.get(look.color, self.fore) if look.color is not None else self.fore
        if look.dim:
            fore = (
                (fore[0] + self.back[0]) // 2,
                (fore[1] + self.back[1]) // 2,
                (fore[2] + self.back[2]) // 2,
            )
        back = self.back
        if look.reverse:
            fore, back = back, fore
            self.pen.rectangle((x, y, x + cells * self.cell[0] - 1, y + self.cell[1] - 1), fill=back)
        font = self.fonts[cells > 1, look.bold]
        middle = y + self.cell[1] * 0.74
        self.pen.text((x + cells * self.cell[0] / 2, middle), char, font=font, fill=fore, anchor="ms")
        if look.underline:
            self.pen.line((x, y + self.cell[1] * 0.9, x + cells * self.cell[0], y + self.cell[1] * 0.9), fill=fore)


def draw(text: str, columns: int, theme: str, *, size: int = 17, margin: int = 10, scale: float = 1.0) -> Image.Image:
    lines = text.rstrip("\n").split("\n")
    canvas = Canvas(columns, len(lines), theme, size, margin, scale)
    for number, line in enumerate(lines):
        canvas.row(number, line)
    return canvas.image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--size", type=int, default=17)
    args = parser.parse_args()
    image = draw(sys.stdin.read(), args.columns, args.theme, size=args.size)
    image.quantize(64).save(args.out, optimize=True)


if __name__ == "__main__":
    main()
