"""Write a data set of made documents with known groups: half Chinese, half English, words drawn by Zipf's law.

    python benchmarks/corpus/make.py 60000 > docs.jsonl

Every row has ``id``, ``text`` and ``group``: rows of one group are copies of one document with up to 3 % of its
characters edited (``--edits``); 30 % of the rows are such copies. One document in fifty carries a shared passage
of boilerplate as half of its text, and is of no group. ``--copies N`` adds N equal documents, ``--boilerplate N`` N
documents of which nine tenths are one passage, ``--loops N`` puts a loop into every N-th row.
"""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np

SYLLABLES = [
    c + v
    for c in ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "br", "st", "tr", "pl"]
    for v in ["a", "e", "i", "o", "u", "ai", "ou", "en", "ar"]
]


class Maker:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        size = 20_000
        weights = 1.0 / np.arange(1, size + 1)
        self.sums = np.cumsum(weights / weights.sum())
        han = [chr(c) for c in self.rng.choice(np.arange(0x4E00, 0x4E00 + 6000), 3500, replace=False)]
        self.han = han
        self.zh = [
            "".join(han[i] for i in self.rng.integers(0, 3500, 1 + int(k))) for k in self.rng.integers(0, 3, size)
        ]
        self.en = [
            "".join(SYLLABLES[i] for i in self.rng.integers(0, len(SYLLABLES), 1 + int(k)))
            for k in self.rng.integers(0, 4, size)
        ]

    def document(self, chinese: bool, scale: float = 1.0) -> str:
        letters = int(max(120, self.rng.lognormal(6.3 if chinese else 6.6, 0.5)) * scale)
        words, joint = (self.zh, "") if chinese else (self.en, " ")
        picks = np.searchsorted(self.sums, self.rng.random(letters // (2 if chinese else 7)))
        out, at = [], 0
        while at < len(picks):
            size = int(self.rng.integers(5, 18))
            part = joint.join(words[i] for i in picks[at : at + size].tolist())
            out.append(part + "。" if chinese else part.capitalize() + ". ")
            at += size
        return "".join(out).strip()

    def edited(self, text: str, chinese: bool, share: float) -> str:
        """Change so many of the characters: exchanged, left out or put in, one in three of each."""
        letters = list(text)
        places = np.flatnonzero(self.rng.random(len(letters)) < share)
        for place, kind in zip(places.tolist(), self.rng.integers(0, 3, len(places)).tolist(), strict=True):
            new = (
                self.han[int(self.rng.integers(0, 3500))]
                if chinese
                else "abcdefghijklmnopqrstuvwxyz"[int(self.rng.integers(0, 26))]
            )
            letters[place] = (new, "", letters[place] + new)[kind]
        return "".join(letters)


def rows(args: argparse.Namespace) -> list[tuple[int, str]]:
    make = Maker(args.seed)
    out: list[tuple[int, str]] = []
    shared = {chinese: make.document(chinese) for chinese in (True, False)}
    group = 0
    while len(out) < args.rows:
        chinese = bool(make.rng.integers(0, 2))
        text = make.document(chinese)
        if make.rng.random() < 0.02:
            while len(text) < len(shared[chinese]):
                text += " " * (not chinese) + make.document(chinese)
            text = shared[chinese] + "\n" + text[: len(shared[chinese])]
        out.append((group, text))
        if make.rng.random() < 0.16:
            for _ in range(int(make.rng.geometric(0.37))):
                out.append((group, make.edited(text, chinese, make.rng.random() * args.edits)))
        group += 1
    del out[args.rows :]
    if args.loops:
        for at in range(0, len(out), args.loops):
            name, text = out[at]
            half = len(text) // 2
            out[at] = (name, text[:half] + text[half : half + 60] * 8)
    same = make.document(True)
    out += [(group, same)] * args.copies
    long = make.document(False, 4.0)
    for at in range(args.boilerplate):
        out.append((group + 1 + at, long + "\n" + make.document(False)[: len(long) // 9]))
    order = make.rng.permutation(len(out))
    return [out[i] for i in order.tolist()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=float, default=0.03)
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--boilerplate", type=int, default=0)
    parser.add_argument("--loops", type=int, default=0)
    for number, (group, text) in enumerate(rows(parser.parse_args())):
        sys.stdout.write(json.dumps({"id": number, "group": group, "text": text}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
