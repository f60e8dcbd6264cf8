"""`dedupe corpus` beside rensa, gaoya and datasketch: wrong removals, duplicates left, groups lost, time and memory.

    python benchmarks/corpus/make.py 60000 > docs.jsonl
    python benchmarks/corpus/run.py docs.jsonl

Each runs in a process of its own, file in, file out. The libraries get the shingles of `dedupe` (three Han characters,
six letters of what is folded), 128 values and the bands that are named; of each set of candidates the first document
stays. Time is given as wall clock and as time of the processor, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path


def documents(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def shingles(text):
    from dedupe_cli.text.fold import fold

    letters = fold(text).string
    size = 3 if letters[:1] >= "\u3400" else 6
    return {letters[at : at + size] for at in range(len(letters) - size + 1)}


def write(path, out, gone):
    with open(path, "rb") as lines, open(out, "wb") as kept:
        for number, line in enumerate(lines):
            if number not in gone:
                kept.write(line)


def first_of_each(candidates):
    """The numbers that go when of each set of candidates the first stays."""
    gone = set()
    for number, near in enumerate(candidates):
        if number not in gone:
            gone.update(other for other in near if other > number)
    return gone


def by_dedupe(path, out, **_):
    from dedupe_cli.corpus.execute import run

    with tempfile.TemporaryDirectory() as folder:
        run([path], folder, fresh=True)
        os.replace(Path(folder) / "data" / Path(path).name, out)


def by_rensa(path, out, bands, threshold):
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets([list(shingles(row["text"])) for row in documents(path)], 128, 1)
    index = RMinHashLSH(threshold, 128, bands)
    index.insert_many(sketches)
    write(path, out, first_of_each(index.query_all(sketches)))


def by_gaoya(path, out, bands, threshold):
    from gaoya.minhash import MinHashStringIndex

    texts = [row["text"] for row in documents(path)]
    index = MinHashStringIndex(32, threshold, bands, 128 // bands, None, lambda text: list(shingles(text)))
    for number, text in enumerate(texts):
        index.insert_document(number, text)
    write(path, out, first_of_each(index.query(text) for text in texts))


def by_datasketch(path, out, bands, threshold):
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=128, params=(bands, 128 // bands))
    sketches = []
    for number, row in enumerate(documents(path)):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([shingle.encode() for shingle in shingles(row["text"])])
        sketches.append(sketch)
        index.insert(number, sketch)
    write(path, out, first_of_each(index.query(sketch) for sketch in sketches))


WAYS = {"dedupe": by_dedupe, "rensa": by_rensa, "gaoya": by_gaoya, "datasketch": by_datasketch}


def scored(path, out):
    """Wrong removals, duplicates left in percent, groups lost."""
    before = {row["id"]: row["group"] for row in documents(path)}
    left = {row["id"] for row in documents(out)}
    sizes, stay = Counter(before.values()), Counter(before[name] for name in left)
    lost = len(sizes) - len(stay)
    surplus = sum(size - 1 for size in sizes.values())
    return lost, 100 * sum(size - 1 for size in stay.values()) / max(surplus, 1), len(before) - len(left), surplus


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("docs")
    parser.add_argument("--only", choices=WAYS, nargs="*", default=list(WAYS))
    parser.add_argument("--bands", type=int, nargs="*", default=[32, 16])
    parser.add_argument("--one")
    args = parser.parse_args()
    if args.one:
        name, bands, out = args.one.split(",", 2)
        began, used = time.monotonic(), time.process_time()
        WAYS[name](args.docs, out, bands=int(bands), threshold=0.8)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([time.monotonic() - began, time.process_time() - used, memory]))
        return
    print("| program | bands | removed | duplicates left | groups lost | wall s | processor s | MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in args.only:
        for bands in args.bands[: 1 if name == "dedupe" else None]:
            with tempfile.TemporaryDirectory() as folder:
                out = f"{folder}/out.jsonl"
                command = [sys.executable, __file__, args.docs, "--one", f"{name},{bands},{out}"]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                wall, used, memory = json.loads(said.splitlines()[-1])
                lost, left, removed, surplus = scored(args.docs, out)
            print(
                f"| {name} | {bands}x{128 // bands} | {removed} of {surplus} | {left:.2f} % | {lost} | {wall:.1f} | "
                f"{used:.1f} | {memory:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
