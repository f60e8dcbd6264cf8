"""Every set of the shared scorer made anew in the other language, in the scorer's own formats, so that it can judge them.

python benchmarks/quality/mirror.py --data ../shared/data --out FOLDER     # writes the sets, to look at
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import inject
import mirror_en
import mirror_zh

SETS = ("variants", "noisyvariants", "pan", "ocr", "loops", "captions", "whole", "tang")


def _lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


def write(
    data: Path,
    out: Path,
    *,
    n: int,
    seed: int = 5,
    half: str = "dev",
    sets: tuple[str, ...] | list[str] = SETS,
) -> None:
    """Write the mirrored sets below ``out``. The same arguments, the same files."""
    zh, en = inject.ground(data, "zh", half), inject.ground(data, "en", half)

    def rng(name: str) -> random.Random:
        return random.Random(f"{seed} {half} {name}")

    if "variants" in sets or "noisyvariants" in sets:
        _lines(out / "variants_zh" / "variants.jsonl", mirror_en.variants(en, rng("variants")))
    if "whole" in sets:
        _lines(out / "statutes_whole_zh" / "docs.jsonl", mirror_en.statutes(rng("whole"), max(4, min(n, 12))))
    if "tang" in sets:
        docs, pairs = mirror_en.editions(en, rng("tang"), n)
        _lines(out / "tang_two_editions_zh" / "docs.jsonl", docs)
        _lines(out / "tang_two_editions_zh" / "pairs.jsonl", pairs)
    if "loops" in sets:
        _lines(out / "llm_loops_en" / "docs.jsonl", mirror_zh.loops(zh, rng("loops"), n))
    if "captions" in sets:
        _lines(
            out / "rolling_captions_en" / "docs.jsonl",
            mirror_zh.captions(zh, rng("captions"), max(2, min(n // 4, 6))),
        )
    if "ocr" in sets:
        _lines(out / "newspaper_ocr_en" / "articles.jsonl", mirror_zh.ocr(zh, rng("ocr"), n))
    if "pan" in sets:
        _lines(out / "pan13_text_alignment" / "pairs.jsonl", mirror_zh.pan(zh, rng("pan"), n))


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--half", choices=("dev", "held"), default="dev")
    ap.add_argument("--n", type=int, default=40)
    ap.add_argument("--seed", type=int, default=5)
    a = ap.parse_args()
    write(a.data, a.out, n=a.n, seed=a.seed, half=a.half)


if __name__ == "__main__":
    main()
