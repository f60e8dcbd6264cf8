"""Lists of lines with copies in them, for `dedupe clean --unit line` and others that work on lines, as Markdown.

    python -m pip install '.[bench]'
    python benchmarks/quality/lines.py --shared ../shared [--into benchmarks/README.md]

Every sentence of the ground texts is a line. A third of them get a copy, far away or as the next line: the same line,
one in another form, one with look-alikes at 3 %, one in which one digit is another. The first three repeat a line, the
last says something else.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pages
from labels import Atom
from noise import alphabet, reform, spoil_text

from dedupe_cli import split

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("same", "form", "noise", "number")
DEDUPE = f"{Path(sys.executable).parent / 'dedupe'} clean -q --unit line"
COMMANDS = {
    "dedupe": f"{DEDUPE} {{in}} > {{out}}",
    "dedupe --adjacent": f"{DEDUPE} --adjacent < {{in}} > {{out}}",
    "awk": "awk '!seen[$0]++' {in} > {out}",
    "uniq": "uniq {in} > {out}",
    "near-dupes": f"{sys.executable} {__file__} --near-dupes {{in}} {{out}}",
}


def changed(line: str, kind: str, rng: random.Random, lang: str, abc: list[str]) -> str | None:
    """A copy of a line, or ``None`` when the line has nothing that could be changed so."""
    if kind == "same":
        return line
    if kind == "form":
        out = "".join(a.char for a in reform([Atom(c) for c in line], rng, lang)).replace("\n", "")
    elif kind == "noise":
        out = spoil_text(line, rng, "ocr", 0.03, abc)
    else:
        places = [m.start() for m in re.finditer(r"\d", line)]
        if not places:
            return None
        at = rng.choice(places)
        out = line[:at] + rng.choice([d for d in "123456789" if d != line[at]]) + line[at + 1 :]
    return out if out != line and "\n" not in out else None


def made(folder: Path, lang: str, seed: int = 5) -> Iterator[tuple[str, str]]:
    """Yield the lines of a list, each with the kind of copy that it is (empty: the first)."""
    rng = random.Random(seed)
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    abc = alphabet("".join(texts))
    every = dict.fromkeys(t[s.start : s.end].replace("\n", " ") for t in texts for s in split(t) if len(s) > 40)
    later: list[tuple[str, str]] = []
    for at, line in enumerate(every):
        yield line, ""
        if at % 3 == 0:
            kind = KINDS[at // 3 % 4]
            copy = changed(line, kind, rng, lang, abc)
            if copy and rng.random() < 0.5:
                yield copy, kind
            elif copy:
                later.append((copy, kind))
    rng.shuffle(later)
    yield from later


def judged(lines: list[tuple[str, str]], out: str) -> list[float]:
    """Share of the copies of each kind that went, of the lines said once that went, in percent."""
    left: dict[str, int] = {}
    for line in out.split("\n"):
        left[line] = left.get(line, 0) + 1
    gone = dict.fromkeys(("", *KINDS), 0)
    total = dict.fromkeys(("", *KINDS), 0)
    for line, kind in lines:
        total[kind] += 1
        if left.get(line, 0):
            left[line] -= 1
        else:
            gone[kind] += 1
    return [100.0 * gone[kind] / max(total[kind], 1) for kind in (*KINDS, "")]


def run(command: str, text: str) -> tuple[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        subprocess.run(command.replace("{in}", str(source)).replace("{out}", str(target)), shell=True, check=True)
        return target.read_text(encoding="utf-8"), time.perf_counter() - began


def near_dupes(source: str, target: str) -> None:
    import near_dupes as module  # noqa: PLC0415  (extra "bench")

    lines = Path(source).read_text(encoding="utf-8").rstrip("\n").split("\n")
    Path(target).write_text("\n".join(module.dedupe(lines, kind="text")) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--into", type=Path)
    parser.add_argument("--near-dupes", nargs=2)
    given = parser.parse_args()
    if given.near_dupes:
        near_dupes(*given.near_dupes)
        return
    head = ["lines", "program", "same", "form", "noise 3 %", "another digit: stays", "said once: stays", "time"]
    rows: list[list[str]] = []
    for lang in ("zh", "en"):
        lines = list(made(given.shared / "data" / f"clean_{lang}", lang))
        text = "".join(f"{line}\n" for line, _ in lines)
        for name, command in COMMANDS.items():
            out, seconds = run(command, text)
            figures = [f"{share:.1f} %" for share in judged(lines, out)]
            rows.append([f"{lang}, {len(lines)}", name, *figures, f"{seconds:.2f} s"])
    body = pages.table(head, rows)
    print(body, end="")
    if given.into:
        pages.put(given.into, "lines", body)


if __name__ == "__main__":
    main()
