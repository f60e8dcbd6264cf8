"""text-dedup and datatrove, as they come, on the documents of `make.py`; beside them `dedupe corpus`.

    python -m venv peers; peers/bin/pip install text-dedup datatrove 'xxhash<4'
    python benchmarks/corpus/make.py 10000 > docs.jsonl
    python benchmarks/corpus/programs.py docs.jsonl --python peers/bin/python

Each is asked for documents that are alike by .8 (text-dedup: ``--threshold 0.8 --ngram 5``; datatrove: 14 buckets of 8,
its default, which is .8 about). datatrove takes words from whoever asks: here they are runs of letters and single Han
characters, the best that it can be given for both. Counted is what is left, by language.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

DATATROVE = r"""
import re, sys
from datatrove.executor import LocalPipelineExecutor as Run
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.word_tokenizers import WordTokenizer

class Words(WordTokenizer):
    def word_tokenize(self, text): return re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text)
    def sent_tokenize(self, text): return [text]
    def span_tokenize(self, text): return [(0, len(text))]

source, work, out = sys.argv[1:]
reader = JsonlReader(source, glob_pattern="*.jsonl")
steps = [
    [reader, MinhashDedupSignature(f"{work}/signatures", language=Words())],
    [MinhashDedupBuckets(f"{work}/signatures", f"{work}/buckets")],
    [MinhashDedupCluster(f"{work}/buckets", f"{work}/gone")],
    [reader, MinhashDedupFilter(f"{work}/gone"), JsonlWriter(out, output_filename="out.jsonl", compression=None)],
]
for number, step in enumerate(steps):
    Run(step, tasks=14 if number == 1 else 1, workers=1, logging_dir=f"{work}/log{number}").run()
"""


def text_dedup(python: str, source: Path, work: Path) -> list[dict]:
    out = work / "out"
    options = [
        "--path",
        "json",
        "--data_files",
        str(source),
        "--split",
        "train",
        "--column",
        "text",
        "--output",
        str(out),
    ]
    options += ["--cache_dir", str(work / "cache"), "--threshold", "0.8", "--ngram", "5", "--num_proc", "2"]
    subprocess.run([python, "-m", "text_dedup.minhash", *options], check=True, capture_output=True)
    code = f"import datasets, json\nfor row in datasets.load_from_disk({str(out)!r}): print(json.dumps(row))"
    said = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def datatrove(python: str, source: Path, work: Path) -> list[dict]:
    folder = work / "in"
    folder.mkdir()
    (folder / "docs.jsonl").symlink_to(source.resolve())
    subprocess.run([python, "-c", DATATROVE, folder, work, work / "out"], check=True, capture_output=True)
    return [json.loads(line) for path in (work / "out").glob("*") for line in path.read_text("utf-8").splitlines()]


def dedupe(_python: str, source: Path, work: Path) -> list[dict]:
    command = [sys.executable, "-m", "dedupe_cli", "corpus", str(source), "-o", str(work / "out"), "-q"]
    subprocess.run(command, check=True, capture_output=True)
    return [json.loads(line) for line in (work / "out" / "data" / source.name).read_text("utf-8").splitlines()]


WAYS = {"dedupe": dedupe, "text-dedup": text_dedup, "datatrove": datatrove}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("docs", type=Path)
    parser.add_argument("--python", required=True, help="the interpreter that has the others")
    parser.add_argument("--only", nargs="*", choices=WAYS, default=list(WAYS))
    args = parser.parse_args()
    before = [json.loads(line) for line in args.docs.read_text("utf-8").splitlines()]
    of = {str(row["id"]): (row["group"], any("\u3400" <= c <= "\u9fff" for c in row["text"][:9])) for row in before}
    print("| program | duplicates left, Chinese | English | groups lost | processor s | clock s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, work in ((name, WAYS[name]) for name in args.only):
        began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory() as folder:
            try:
                left = {str(row.get("id", 0)) for row in work(args.python, args.docs, Path(folder))}
            except subprocess.CalledProcessError as error:
                print(f"| {name} | failed: {error.stderr.decode(errors='replace').strip().splitlines()[-1][:200]} |")
                continue
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        shares, lost = [], 0
        for chinese in (True, False):
            sizes, stay = Counter(), defaultdict(int)
            for key, (group, language) in of.items():
                if language == chinese:
                    sizes[group] += 1
                    stay[group] += key in left
            lost += sum(not stay[group] for group in sizes)
            surplus = sum(size - 1 for size in sizes.values())
            shares.append(100 * sum(max(number - 1, 0) for number in stay.values()) / max(surplus, 1))
        print(
            f"| {name} | {shares[0]:.1f} % | {shares[1]:.1f} % | {lost} | {seconds:.1f} | {time.monotonic() - began:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
