"""Passages with noise put into documents that share nothing else, and what a run makes of them.

    python benchmarks/corpus/passages.py make 3000 > passages.jsonl
    dedupe corpus passages.jsonl -o out --level passage
    python benchmarks/corpus/passages.py score passages.jsonl out

Half Chinese, half English: words of the program's own lists, drawn by Zipf's law, in sentences with commas. Two in
three documents carry a passage of 80 to 400 words (characters), each passage stands in two to nine documents: as
paragraphs of its own, in the middle of a paragraph, or as several paragraphs. Each copy but the first has 2 % of its
letters damaged (``--rate``), half of them as OCR does it, half at random. Every row has ``passages``: from, to, number.
Of each passage one document keeps it; what goes of the others is counted by letters and digits, as is what goes of the
hosts. ``--shared N``: one passage in N more documents, to the letter or, with ``--rate``, with noise.

    python benchmarks/corpus/passages.py loops 300000 > rows.jsonl

Rows of 600 letters, of which each tenth falls into a loop: one or two sentences four to nine times, mostly to its end.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

from noise import alphabet, spoil_text

from dedupe_cli.text.lexicon import han_words, latin_words

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = 12_000


class Maker:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        english = [word for word in latin_words() if word.isalpha() and len(word) > 1][:WORDS]
        known = han_words()
        chinese = sorted((w for w in known if 1 < len(w) < 5), key=lambda w: (known[w][1], w))[:WORDS]
        self.words = {"en": english, "zh": chinese}
        self.weights = list(accumulate(1.0 / (rank + 20) for rank in range(WORDS)))

    def sentences(self, lang: str, units: int) -> list[str]:
        """Sentences of so many words of English or characters of Chinese, about."""
        out: list[str] = []
        while units > 0:
            words = self.rng.choices(
                self.words[lang], cum_weights=self.weights[: len(self.words[lang])], k=self.rng.randrange(7, 19)
            )
            comma = self.rng.randrange(3, len(words) - 2)
            if lang == "zh":
                out.append("".join(words[:comma]) + "，" + "".join(words[comma:]) + "。")
                units -= len(out[-1])
            else:
                words[comma] += ","
                out.append(" ".join(words).capitalize() + ". ")
                units -= len(words)
        return out

    def paragraph(self, lang: str, units: int) -> str:
        return "".join(self.sentences(lang, units)).strip()

    def spoiled(self, text: str, rate: float) -> str:
        return spoil_text(text, self.rng, self.rng.choice(("ocr", "random")), rate, alphabet(text))

    def placed(self, lang: str, shape: str, parts: list[str]) -> tuple[str, int, int]:
        """A document with a passage in it; where that begins and ends."""
        joint = "\n\n" if shape == "paragraphs" else " " * (lang == "en")
        said = joint.join(part.strip() for part in parts)
        if shape == "inside":
            front, back = (self.paragraph(lang, self.rng.randrange(60, 200)) for _ in range(2))
            front, back = front + " " * (lang == "en"), " " * (lang == "en") + back
        else:
            front, back = (
                "".join(
                    self.paragraph(lang, self.rng.randrange(40, 120)) + "\n\n" for _ in range(self.rng.randrange(1, 4))
                )
                for _ in range(2)
            )
            back = "\n\n" + back.strip()
        return front + said + back, len(front), len(front) + len(said)


def rows(args: argparse.Namespace) -> list[dict[str, object]]:
    make = Maker(args.seed)
    out: list[dict[str, object]] = []
    number = 0

    def put(parts: list[str], lang: str, times: int) -> None:
        for time in range(times):
            shape = make.rng.choice(("paragraph", "paragraphs", "inside"))
            said = [make.spoiled(part, args.rate) for part in parts] if time else parts
            text, start, end = make.placed(lang, shape, said)
            out.append({"text": text, "passages": [[start, end, number]]})

    while len(out) < args.rows:
        lang = make.rng.choice(("zh", "en"))
        if make.rng.random() < 0.7:
            text = "\n\n".join(
                make.paragraph(lang, make.rng.randrange(40, 200)) for _ in range(make.rng.randrange(1, 5))
            )
            out.append({"text": text, "passages": []})
            continue
        units = make.rng.randrange(80, 400)
        put([make.paragraph(lang, units // 2) for _ in range(2)], lang, make.rng.randrange(2, 10))
        number += 1
    del out[args.rows :]
    if args.shared:
        put([make.paragraph("en", 200) for _ in range(2)], "en", args.shared)
    make.rng.shuffle(out)
    return [{"id": place, **row} for place, row in enumerate(out)]


def loops(args: argparse.Namespace) -> Iterator[dict[str, object]]:
    make = Maker(args.seed)
    for number in range(args.rows):
        lang = make.rng.choice(("zh", "en"))
        said = make.sentences(lang, 600 if lang == "zh" else 110)
        if number % 10 == 0:
            at = make.rng.randrange(1, max(len(said) // 2, 2))
            size, times = make.rng.randrange(1, 3), make.rng.randrange(4, 10)
            behind = said[at + size :] if make.rng.random() < 0.3 else []
            said = said[:at] + said[at : at + size] * times + behind
        yield {"id": number, "text": "".join(said)[:600].strip()}


def score(source: str, folder: str) -> None:
    import pyarrow.parquet as pq

    with open(source, encoding="utf-8") as lines:
        truth = {str(row["id"]): row for row in map(json.loads, lines)}
    gone: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in pq.read_table(f"{folder}/removed.parquet").to_pylist():
        gone[row["id"]].append((row["start"], row["end"]))
    said: dict[int, list[tuple[int, int]]] = defaultdict(list)
    wrong = every = 0
    for name, row in truth.items():
        text, cut = row["text"], bytearray(len(row["text"]))
        for start, end in gone[name]:
            cut[start:end] = b"\1" * (end - start)
        letters = [at for at, char in enumerate(text) if char.isalnum()]
        inside = set()
        for start, end, number in row["passages"]:
            mine = [at for at in letters if start <= at < end]
            inside.update(mine)
            said[number].append((sum(cut[at] for at in mine), len(mine)))
        wrong += sum(cut[at] for at in letters if at not in inside)
        every += len(letters) - len(inside)
    # The document that keeps a passage is the one that loses least of it.
    removed = total = lost = 0
    for copies in said.values():
        kept = min(copies)
        removed += sum(some for some, _ in copies) - kept[0]
        total += sum(size for _, size in copies) - kept[1]
        lost += kept[0]
    print(
        f"{len(truth)} documents: {100 * removed / max(total, 1):.2f} % of {total} letters of copies removed, "
        f"{lost} letters of what had to stay; hosts: {wrong} of {every} letters ({100 * wrong / max(every, 1):.3f} %)"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True, dest="command")
    making = commands.add_parser("make")
    making.add_argument("rows", type=int)
    making.add_argument("--seed", type=int, default=1)
    making.add_argument("--rate", type=float, default=0.02)
    making.add_argument("--shared", type=int, default=0)
    looping = commands.add_parser("loops")
    looping.add_argument("rows", type=int)
    looping.add_argument("--seed", type=int, default=1)
    scoring = commands.add_parser("score")
    scoring.add_argument("source")
    scoring.add_argument("folder")
    args = parser.parse_args()
    if args.command == "score":
        score(args.source, args.folder)
        return
    for row in loops(args) if args.command == "loops" else rows(args):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
