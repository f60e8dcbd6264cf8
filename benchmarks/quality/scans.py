"""Scans of other hands: real OCR beside what people typed, made ready for the shared scorer and for the judge's fit.

    python benchmarks/quality/scans.py --clones DIR --to DIR2                     # makes the sets, and scores all
    python benchmarks/quality/scans.py --to DIR2 --sets bln-held 17_eng_monograph --n 300
    python benchmarks/judge/fit.py --scans DIR2/bln/newspaper_ocr_en/articles.jsonl ...

Two public repositories are looked for in ``DIR/owner+name``: British newspapers of the 19th century (BLN600, with what
``Shef-AIRE/llms_post-ocr_correction`` made of it) and pages of the ICDAR competitions of 2017 and 2019 in thirteen kinds
(``impresso/llm-transcript-postcorrection``). Each text is an article, or a slice of a page, wrapped to lines again; the
judge is fitted on those of ``bln`` that are not in ``bln-held``. No text of them is part of the project.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.append(str(Path(__file__).parent.parent / "decide"))

import cleaners
import suites
from rapidfuzz.distance import Levenshtein
from sources import git

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWS, PAGES = "Shef-AIRE+llms_post-ocr_correction", "impresso+llm-transcript-postcorrection"
LEAST, MOST = 200, 6000
# Slices of one page, each so long; one of which a person typed nothing is no slice.
SLICES, SHORTEST, LONGEST, UNTYPED = 3, 600, 2200, 0.05
PAGES_OF_A_KIND = 150
_PAGE = re.compile(r"\[OCR_toInput\].*?\n\[OCR_aligned\] ?(.*?)\r?\n\[ ?GS_aligned\] ?(.*)", re.DOTALL)
_KIND = re.compile(r"icdar-20(17|19)/.*?/(?:evaluation_4M_without_Finnish/)?([A-Za-z]+(?:_[a-z]+)?)/(?:\w+/)?\d+\.txt$")


def article(name: str, ocr: str, human: str, width: int) -> dict[str, Any]:
    """One scan as the scorer reads it; ``cer`` is the share of errors."""
    cer = Levenshtein.distance(ocr, human) / max(1, len(human))
    return {"id": name, "ocr": textwrap.wrap(ocr, width), "human": textwrap.wrap(human, width), "cer": cer}


def news(clones: Path) -> Iterator[dict[str, Any]]:
    """Articles of the newspapers, put together of their sentences."""
    csv.field_size_limit(10**8)
    found: dict[str, list[tuple[str, str]]] = {}
    for part in ("train", "test"):
        table = git(clones / NEWS, "show", f"HEAD:data/{part}.csv").decode("utf-8", "replace").replace("\ufffd", "~")
        for row in csv.DictReader(io.StringIO(table)):
            found.setdefault(row["Sample ID"], []).append((row["OCR Text"], row["Ground Truth"]))
    rng = random.Random(3)
    for name, rows in found.items():
        ocr, human = (" ".join(row[side] for row in rows) for side in (0, 1))
        if LEAST < len(human) < MOST:
            yield article(name, ocr, human, rng.choice((38, 44, 60)))


def pages(clones: Path) -> dict[str, list[dict[str, Any]]]:
    """Slices of pages by kind: en_monograph, fr, de and so on, with the year of the competition."""
    paths: dict[str, list[str]] = {}
    for path in git(clones / PAGES, "ls-tree", "-r", "--name-only", "HEAD").decode().splitlines():
        if kind := _KIND.search(path):
            paths.setdefault(f"{kind[1]}_{kind[2]}".lower(), []).append(path)
    return {kind: list(slices(clones, kind, some)) for kind, some in sorted(paths.items())}


def slices(clones: Path, kind: str, paths: list[str]) -> Iterator[dict[str, Any]]:
    rng = random.Random(kind)
    for path in rng.sample(paths, min(len(paths), PAGES_OF_A_KIND)):
        page = _PAGE.search(git(clones / PAGES, "show", f"HEAD:{path}").decode("utf-8", "replace"))
        both = (page[1].strip("\n"), page[2].strip("\n")) if page else ("", "")
        at = taken = 0
        while at < min(map(len, both)) and taken < SLICES:
            size = rng.randrange(SHORTEST, LONGEST)
            ocr, human = (side[at : at + size] for side in both)
            at += size
            human = human.replace("#", "@")
            if human.count("@") > UNTYPED * len(human) and "#" in both[1][at - size : at]:
                continue
            ocr = "".join(a for a, b in zip(ocr, human, strict=False) if a != "@" or b != "@").replace("@", "")
            human = human.replace("@", "")
            if len(human) > SHORTEST // 2:
                taken += 1
                yield article(f"{kind}-{path.rsplit('/', 1)[-1]}-{taken}", ocr, human, rng.choice((40, 50, 65)))


def make(clones: Path, to: Path) -> None:
    """Write each set as ``<to>/<set>/newspaper_ocr_en/articles.jsonl``, the layout of the shared data."""
    for name, rows in {"bln": list(news(clones)), **pages(clones)}.items():
        for half, part in (("", rows), ("-held", rows[1::2])) if name == "bln" else (("", rows),):
            folder = to / f"{name}{half}" / "newspaper_ocr_en"
            folder.mkdir(parents=True, exist_ok=True)
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in part]
            (folder / "articles.jsonl").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--clones", type=Path, help="make the sets out of these")
    ap.add_argument("--to", type=Path, required=True)
    ap.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with the scorer")
    ap.add_argument("--sets", nargs="*", help="these only")
    ap.add_argument("--n", type=int, default=70, help="texts a set")
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--jobs", type=int, default=2)
    a = ap.parse_args()
    if a.clones:
        make(a.clones, a.to)
    for folder in sorted(p for p in a.to.iterdir() if not a.sets or p.name in a.sets):
        suite = suites.shared_suite(suites.load_shared(a.shared), "ocr", folder, a.n, a.seed)
        done = cleaners.clean_all(suite.texts, cleaners.engine, jobs=a.jobs, limit=60)
        rows = [row for row in suite.judge([done.outputs[text] for text in suite.texts]) if row.what.startswith("  ")]
        print(folder.name.ljust(16), "  ".join(f"{row.what.strip()} {row.value:.4f}" for row in rows), flush=True)


if __name__ == "__main__":
    main()
