"""What a record costs: paragraphs of 600 letters as lines of JSON, one process, beside a run over one of them.

    python benchmarks/speed/records.py --zh DIR --en DIR --into benchmarks/README.md

In the first rows nothing is said twice: sentences of words that are drawn as often as they stand in real texts. In the
second ones every tenth paragraph ends in a loop, as what a model wrote may; in the third ones they are real paragraphs as
they stand, put together to that length. Processor time of whole processes, without that of a run over a single record.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "quality")]

import corpus  # noqa: E402
import pages  # noqa: E402
from run import best  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER, LETTERS, EVERY, ROUNDS = 4000, 600, 10, 8
# Milliseconds a record.
BOUND = 0.3
_END = re.compile(r"[。！？]|[.!?](?=\s)")
_WORD = re.compile(r"[\u3400-\u9fff]{1,2}|[^\W\d_\u3400-\u9fff]+")


def drawn(texts: Sequence[str], number: int, seed: int = 7) -> list[str]:
    """Return paragraphs of words, each as frequent as in the texts; in none of them a word of six letters twice."""
    rng = random.Random(seed)
    words = _WORD.findall(" ".join(texts)[:3_000_000])
    is_han = sum(word[0] > "\u2e80" for word in words) * 2 > len(words)
    words = [word for word in words if (word[0] > "\u2e80") is is_han]
    space, comma, stop = ("", "，", "。") if is_han else (" ", ", ", ". ")
    return [paragraph(rng, words, space, comma, stop) for _ in range(number)]


def paragraph(rng: random.Random, words: Sequence[str], space: str, comma: str, stop: str) -> str:
    """Return sentences of drawn words, of about so many letters."""
    said, pieces, size = set[str](), [], 0
    while size < LETTERS:
        sentence = [word for word in rng.choices(words, k=rng.randint(8, 24)) if len(word) < 6 or word not in said]
        said.update(sentence)
        half = len(sentence) // 2
        pieces.append(space.join(sentence[:half]).capitalize() + comma + space.join(sentence[half:]) + stop)
        size += sum(map(len, sentence))
    return "".join(pieces).rstrip()


def looping(texts: Sequence[str]) -> list[str]:
    """Return the texts; every tenth says its last sentence again and again."""
    out = []
    for at, text in enumerate(texts):
        last = re.split(r"(?<=[。.])\s?", text.rstrip())[-2]
        out.append(text if at % EVERY else text + ("" if last[-1] > "\u2e80" else " ").join(["", *[last] * ROUNDS]))
    return out


def real(texts: Sequence[str], number: int) -> list[str]:
    """Return real paragraphs of such a length, again from the first one where there are too few."""
    found = [line.strip() for text in texts for line in re.split(r"\n\s*\n|(?<=[。！？])\n", text)]
    whole = " ".join(found)
    size = LETTERS if sum(c > "\u2e80" for c in whole[:9999]) > 3000 else LETTERS * 5 // 4
    out, at = [], 0
    while len(out) < number:
        end = _END.search(whole, at + size)
        out.append(whole[at : end.end() if end else len(whole)].strip())
        at = end.end() if end else 0
    return out


def written(path: Path, texts: Sequence[str]) -> Path:
    """Write one record a line."""
    rows = (json.dumps({"id": at, "text": text}, ensure_ascii=False) for at, text in enumerate(texts))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def row(what: str, texts: Sequence[str], folder: Path, a: argparse.Namespace) -> list[str]:
    """Run the program on the texts and on the first of them."""
    runs = []
    for name, some in (("one", texts[:1]), ("all", texts)):
        path = written(folder / f"{name}.jsonl", some)
        options = ["--isolated", "-j", "1", "-o", str(folder / "out")]
        runs.append(best([sys.executable, "-m", "dedupe_cli", "clean", *options, str(path)], a))
    one, whole = (run.seconds for run in runs)
    assert one is not None
    assert whole is not None
    each = 1000 * (whole - one) / len(texts)
    return [
        what,
        f"{each:.2f} ms",
        f"{whole:.2f} s",
        f"{one:.2f} s",
        f"≤ {BOUND:g} ms",
        "met" if each <= BOUND else "**missed**",
    ]


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    ap.add_argument("--zh", type=Path, nargs="*")
    ap.add_argument("--en", type=Path, nargs="*")
    ap.add_argument("--number", type=int, default=NUMBER)
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--limit", type=float, default=120.0)
    ap.add_argument("--into", type=Path, help="Markdown page whose table is replaced, between its marks")
    a = ap.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="dedupe-records-") as name:
        for language, given, kind in (("Chinese", a.zh, "zh"), ("English", a.en, "en")):
            texts = corpus.ground(given or [a.shared / "data" / f"clean_{kind}"])
            plain = drawn(texts, a.number)
            for what, some in (
                ("nothing repeats", plain),
                ("a tenth loops", looping(plain)),
                ("real paragraphs", real(texts, a.number)),
            ):
                rows.append(row(f"{language}, {what}", some, Path(name), a))
                print(" | ".join(rows[-1]), flush=True)
    heads = [f"{a.number:,} records of {LETTERS} letters", "a record", "all", "one record", "bound", ""]
    if a.into:
        pages.put(a.into, "speed-records", pages.table(heads, rows))
    return 0 if all("missed" not in r[-1] for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
