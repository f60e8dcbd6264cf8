"""What `clean` takes out of published texts, where nothing was pasted: every cut with its rule, and how many are wrong.

    python benchmarks/decide/published.py --half fit --verdicts FILE

What repeats in a published text is meant, up to a few accidents. A cut that was looked at and found right gets a line
``<hash> right`` in the file of verdicts, so that it is not counted (``<hash> wrong`` is, and says that it was looked at).
The hash is of the letters that go and of the name of the text; no text has to be kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

sys.path.append(str(Path(__file__).parent.parent / "quality"))

from labels import letters
from pastes import files

from dedupe_cli import api
from dedupe_cli.settings import make


@dataclass(slots=True)
class Cut:
    """One stretch that goes; white space between two edits does not part them."""

    rule: str
    start: int
    end: int
    said: str
    before: str
    behind: str
    kept: str
    name: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(f"{self.name}\n{letters(self.said)}".encode()).hexdigest()[:10]


def cuts(path: Path) -> tuple[int, float, list[Cut]]:
    """Characters, seconds and what goes of one file, read as the kind of file that its name tells."""
    begin = perf_counter()
    result = api.run(api.load(path), make())
    text = result.source.text
    out: list[Cut] = []
    for e in sorted(result.plan.edits, key=lambda e: e.span.start):
        low, high = e.span.start, e.span.end
        if not letters(text[low:high]) or letters(text[low:high]) == letters(e.replacement):
            continue
        if out and not text[out[-1].end : low].strip():
            low = out.pop().start
        kept = " … ".join(text[k.start : k.end] for k in e.kept)[:200]
        out.append(
            Cut(e.rule, low, high, text[low:high], text[max(0, low - 50) : low], text[high : high + 50], kept, f"{path.parent.name}/{path.name}")
        )  # fmt: skip
    return len(text), perf_counter() - begin, out


def verdicts(path: Path | None) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    return {w[0]: w[1] for line in lines if len(w := line.partition("#")[0].split()) > 1}


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with data/published/<kind>/")
    ap.add_argument("--texts", type=Path, nargs="*", help="other folders with <kind>/*.txt|md, instead")
    ap.add_argument("--kinds", nargs="*")
    ap.add_argument("--half", choices=("fit", "held", "all"), default="fit")
    ap.add_argument("--n", type=int, default=10**6, help="texts a kind")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--verdicts", type=Path, nargs="*", default=[])
    ap.add_argument("--quiet", action="store_true", help="the table only")
    ap.add_argument("--json", type=Path)
    a = ap.parse_args()
    known = {h: v for p in a.verdicts for h, v in verdicts(p).items()}
    ground = files(a.texts or [a.shared / "data" / "published"], a.half)
    ground = {k: v[: a.n] for k, v in ground.items() if not a.kinds or k in a.kinds}
    todo = [p for found in ground.values() for p in found]
    with ProcessPoolExecutor(a.jobs) as pool:
        done = dict(zip(todo, pool.map(cuts, todo, chunksize=4), strict=True))
    rows: dict[str, Counter[str]] = {}
    for kind, paths in ground.items():
        c = rows[kind] = Counter()
        for path in paths:
            size, seconds, found = done[path]
            c.update({"texts": 1, "chars": size, "changed": bool(found), "cuts": len(found), "ms": int(1000 * seconds)})
            for cut in found:
                verdict = known.get(cut.hash, "new")
                c[verdict] += 1
                c["gone"] += len(letters(cut.said)) if verdict != "right" else 0
                if not a.quiet:
                    print(
                        f"{cut.hash} {verdict:5} {cut.rule} {cut.name} {cut.start}-{cut.end}: {cut.before!r} [[ {cut.said[:200]!r} ]] {cut.behind!r} kept {cut.kept[:120]!r}"
                    )
    print(f"{'half ' + a.half:16} texts     chars changed  cuts right wrong   new  wrong+new a million  seconds")
    for kind, c in [*rows.items(), ("all", sum(rows.values(), Counter()))]:
        rate = 1e6 * (c["cuts"] - c["right"]) / max(1, c["chars"])
        print(
            f"{kind:16} {c['texts']:5} {c['chars']:9} {c['changed']:7} {c['cuts']:5} {c['right']:5} {c['wrong']:5} {c['new']:5} {rate:20.2f} {c['ms'] / 1000:8.1f}"
        )
    if a.json:
        a.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
