"""Rolling captions as WebVTT and SubRip: repeats left, wanted words lost, and whether the results are valid.

The lines of the labelled captions (--data, rolling_captions_en) are given times and shown in three ways: two lines at a time with a
short still between (as video sites write them), each line in three cues, and each line alone and then before the next one.

    python benchmarks/containers/captions.py --data DIR
"""

from __future__ import annotations

import argparse
import io
import json
from itertools import pairwise
from pathlib import Path

import srt
import webvtt
from rapidfuzz.distance import LCSseq

from dedupe_cli import api
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.settings import make


def rolling(lines: list[str]) -> list[tuple[float, float, str]]:
    """Two lines at a time, the older above; then the newer alone for a moment."""
    cues = []
    for i, line in enumerate(lines):
        at = 2.0 * i
        cues.append((at, at + 1.99, f"{lines[i - 1]}\n{line}" if i else line))
        cues.append((at + 1.99, at + 2.0, line))
    return cues


def thrice(lines: list[str]) -> list[tuple[float, float, str]]:
    return [(2.0 * i + 0.6 * k, 2.0 * i + 0.6 * (k + 1), line) for i, line in enumerate(lines) for k in range(3)]


def spliced(lines: list[str]) -> list[tuple[float, float, str]]:
    cues = []
    for i, line in enumerate(lines):
        cues.append((2.0 * i, 2.0 * i + 1, line))
        if i + 1 < len(lines):
            cues.append((2.0 * i + 1, 2.0 * i + 2, f"{line} {lines[i + 1]}"))
    return cues


def stamp(seconds: float, point: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def written(cues: list[tuple[float, float, str]], kind: str) -> str:
    point = "." if kind == "vtt" else ","
    blocks = [f"{stamp(a, point)} --> {stamp(b, point)}\n{text}\n" for a, b, text in cues]
    if kind == "vtt":
        return "WEBVTT\n\n" + "\n".join(blocks)
    return "\n".join(f"{n}\n{block}" for n, block in enumerate(blocks, 1))


def valid(text: str, kind: str) -> bool:
    """Tell whether another library reads it, numbers are in order and times never run backwards."""
    if kind == "vtt":
        cues = webvtt.from_buffer(io.BytesIO(text.encode()), format="vtt")
        times = [(c.start_in_seconds, c.end_in_seconds) for c in cues]
        numbered = True
    else:
        found = list(srt.parse(text))
        times = [(c.start.total_seconds(), c.end.total_seconds()) for c in found]
        numbered = [c.index for c in found] == list(range(1, len(found) + 1))
    return numbered and all(a <= b for a, b in times) and all(x[0] <= y[0] for x, y in pairwise(times))


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=600, help="lines of each text")
    args = parser.parse_args()
    rows = [json.loads(line) for line in (args.data / "rolling_captions_en" / "docs.jsonl").open(encoding="utf-8")]
    texts = list(dict.fromkeys(row["gold"] for row in rows))
    print("shape kind | repeats left | wanted lost | valid | the transcript is the labelled text")
    for shape in (rolling, thrice, spliced):
        for kind in ("vtt", "srt"):
            put = gold = out = same = ok = exact = 0
            for text in texts:
                lines = text.split("\n")[: args.lines]
                source = open_source(written(shape(lines), kind).encode(), f"x.{kind}")
                result = api.run(source, make())
                new = result.data.decode()
                wanted, got = letters("".join(lines)), letters(result.text)
                put, gold, out = put + len(letters(source.text)), gold + len(wanted), out + len(got)
                same += LCSseq.similarity(wanted, got)
                ok += valid(new, kind) and not api.run(open_source(new.encode(), f"x.{kind}"), make()).changed
                exact += result.text.splitlines() == lines
            left, lost = (out - same) / (put - gold), (gold - same) / gold
            print(f"{shape.__name__} {kind} | {left:.4f} | {lost:.4f} | {ok} of {len(texts)} | {exact} of {len(texts)}")


if __name__ == "__main__":
    main()
