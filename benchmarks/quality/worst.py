"""The worst cases of every set as one page: what was left and what was lost, in context, beside its counterpart and the plan.

    python benchmarks/quality/worst.py --n 20 --top 8 /tmp/worst.html       # HTML; any other ending gives plain text

The page holds the ground texts: it is for looking at, not for committing.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cleaners
import suites
from labels import Case, kept_mask, letters, score, unsaid
from rapidfuzz.distance import LCSseq

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTEXT = 50


@dataclass(slots=True)
class Spot:
    """One place that went wrong: ``left`` in the text or ``lost`` from it, and what it repeats."""

    what: str
    start: int
    end: int
    size: int
    note: str = ""
    other: str = ""


@dataclass(slots=True)
class Bad:
    suite: str
    name: str
    text: str
    output: str
    spots: list[Spot] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return sum(s.size * (3 if s.what == "lost" else 1) for s in self.spots)


def runs(places: Iterable[int], gap: int = 12) -> list[tuple[int, int, int]]:
    """Neighbouring offsets as (start, end, count)."""
    out: list[tuple[int, int, int]] = []
    for p in places:
        if out and p - out[-1][1] <= gap:
            out[-1] = (out[-1][0], p + 1, out[-1][2] + 1)
        else:
            out.append((p, p + 1, 1))
    return out


def of_injected(suite: str, case: Case, output: str) -> Bad:
    """Places of the later members that stayed, with the original's wording, and texts that went."""
    text = case.text
    s = score(case, output)
    clean = {(a.group, a.place): a.char for a in case.atoms if a.member == 0 and not a.added}
    bad = Bad(suite, f"{case.name} {'; '.join(sorted(set(case.kinds.values())))}", text, output)
    by_member: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i in s.left_at:
        by_member[case.atoms[i].group, case.atoms[i].member].append(i)
    for (g, m), places in by_member.items():
        if m == 0:
            continue
        for start, end, size in runs(places):
            wanted = sorted({case.atoms[i].place for i in range(start, end) if case.atoms[i].group == g})
            other = "".join(clean.get((g, p), "") for p in range(wanted[0], wanted[-1] + 1))
            bad.spots.append(Spot("left", start, end, size, case.kinds[g], other))
    for kind, at, gone in s.lost_texts:
        bad.spots.append(Spot("lost", at, at + len(gone), len(gone), kind, gone))
    return bad


def must_stay(suite: str, name: str, text: str, output: str) -> Bad:
    """Everything that went and is said nowhere any more."""
    bad = Bad(suite, name, text, output)
    mask, flat = kept_mask(text, output), letters(output)
    gone = [i for i, c in enumerate(text) if c.isalnum() and not mask[i]]
    for start, end, size in runs(gone, 3):
        run = letters(text[start:end])
        if unsaid(run, flat):
            bad.spots.append(Spot("lost", start, end, size))
    return bad


def must_go(suite: str, name: str, text: str, output: str, ranges: list[tuple[int, int, str]]) -> Bad:
    """What stayed of the stretches that should go (with their counterparts), and what else was lost."""
    mask = kept_mask(text, output)
    bad = Bad(suite, name, text, output)
    inside = [False] * len(text)
    for low, high, other in ranges:
        inside[low:high] = [True] * (high - low)
        kept = [i for i in range(low, high) if text[i].isalnum() and mask[i]]
        bad.spots += [Spot("left", s, e, n, "", other) for s, e, n in runs(kept) if n > 2]
    flat = letters(output)
    gone = [i for i, c in enumerate(text) if c.isalnum() and not mask[i] and not inside[i]]
    for s, e, n in runs(gone, 3):
        if unsaid(letters(text[s:e]), flat):
            bad.spots.append(Spot("lost", s, e, n))
    return bad


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def of_shared(suite: suites.Suite, outputs: list[str]) -> list[Bad]:
    key = suite.name.removeprefix("mirror-")
    pairs = list(zip(suite.texts, outputs, strict=True))
    if key in {"variants", "noisyvariants"}:
        records = _records(suite.data / "variants_zh" / "variants.jsonl")
        random.Random(suite.seed).shuffle(records)
        records = records[: suite.n]
        return [_variant(suite.name, records[i % len(records)], t, o) for i, (t, o) in enumerate(pairs)]
    if key == "whole":
        return [must_stay(suite.name, f"{suite.name} {i}", t, o) for i, (t, o) in enumerate(pairs)]
    if key in {"ocr", "tang"}:
        return [_last_copy(suite.name, i, t, o, -1 if key == "ocr" else 4) for i, (t, o) in enumerate(pairs)]
    if key == "pan":
        known = {
            r["src"] + "\n\n" + r["susp"]: r for r in _records(suite.data / "pan13_text_alignment" / "pairs.jsonl")
        }
        return [_reuse(suite.name, known[t], t, o) for t, o in pairs]
    if key == "loops":
        known = {r["text"] + "\n": r for r in _records(suite.data / "llm_loops_en" / "docs.jsonl")}
        return [_loop(suite.name, known[t], t, o) for t, o in pairs]
    golds = _records(suite.data / "rolling_captions_en" / "docs.jsonl")
    return [_captions(suite.name, next(r for r in golds if r["text"].startswith(t[:-1])), t, o) for t, o in pairs]


def _variant(suite: str, r: dict[str, Any], text: str, output: str) -> Bad:
    """A pair that the scorer counts as missed: the wording around the change is gone from the output."""
    a, b = r["a"], r["b"]
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)) - 1)
    bad = Bad(suite, f"{r['kind']}: {r['was']!r} → {r['now']!r}", text, output)
    for t, m, at in ((a, r["was"], 0), (b, r["now"], len("\n\n".join(text.split("\n\n")[:4])) + 2)):
        look = letters(t[max(0, i - 12) : i])[-5:] + letters(t[i : i + len(m) + 8])[: len(letters(m)) + 3]
        if look not in letters(output):
            bad.spots.append(Spot("lost", at + max(0, i - 40), at + i + 40, 1, look, a[max(0, i - 40) : i + 40]))
    return bad


def _last_copy(suite: str, i: int, text: str, output: str, which: int) -> Bad:
    parts = text.split("\n\n")
    at = sum(len(p) + 2 for p in parts[: which % len(parts)])
    copy = parts[which]
    return must_go(suite, f"{suite} {i}", text, output, [(at, at + len(copy), parts[0])])


def _reuse(suite: str, r: dict[str, Any], text: str, output: str) -> Bad:
    off = len(r["src"]) + 2
    spans = [(off + s["this_offset"], off + s["this_offset"] + s["this_length"], r["src"][s["source_offset"] :][: s["source_length"]]) for s in r["spans"]]  # fmt: skip
    if r["category"] != "no-obfuscation":
        bad = must_go(suite, f"{r['category']} {r['id']}", text, output, spans)
        bad.spots = [s for s in bad.spots if s.what == "lost"]
        return bad
    return must_go(suite, f"{r['category']} {r['id']}", text, output, spans)


def _loop(suite: str, r: dict[str, Any], text: str, output: str) -> Bad:
    if r["decoding"] != "greedy":
        return must_stay(suite, r["id"], text, output)
    bad = Bad(suite, f"{r['id']} {r.get('way', '')}", text, output)
    left = len(letters(output)) - len(letters(r["gold_exact_only"]))
    if left > 0:
        bad.spots.append(Spot("left", 0, min(len(text), 1), left, "letters beyond the gold", r["gold_exact_only"]))
    return bad


def _captions(suite: str, r: dict[str, Any], text: str, output: str) -> Bad:
    gold, out = letters(r["gold"]), letters(output)
    tail = letters(text)[-25:]
    at = gold.find(tail)
    gold = gold[: at + 25] if at > 0 else gold
    bad = Bad(suite, r["id"], text, output)
    for op in LCSseq.opcodes(gold, out):
        if op.tag != "equal":
            what = "lost" if op.src_end > op.src_start else "left"
            a, b = gold[op.src_start : op.src_end], out[op.dest_start : op.dest_end]
            near = gold[max(0, op.src_start - 20) : op.src_end + 20]
            bad.spots.append(Spot(what, 0, 0, max(len(a), len(b)), f"gold {a!r} output {b!r}", near))
    return bad


def plan_of(text: str) -> Any:
    try:
        return cleaners.engine_plan(text)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def near_plan(plan: Any, text: str, spot: Spot) -> list[str]:
    """Edits and groups of the plan that touch a place."""
    if isinstance(plan, str):
        return [plan]
    low, high = spot.start - 3, spot.end + 3
    out = [
        f"edit {e.rule} {e.span.start}-{e.span.end} {e.safety.label} {e.reason}: {_short(text[e.span.start : e.span.end])}"
        for e in plan.edits
        if e.span.start < high and low < e.span.end
    ]
    for k, g in enumerate(plan.groups):
        for m in g.members:
            if any(s.start < high and low < s.end for s in m.spans):
                diffs = [
                    f"{_short(text[d.kept.start : d.kept.end], 24)}→{_short(text[d.copy.start : d.copy.end], 24)} {d.kind}{':' + d.reason if d.reason else ''} {d.score:+.1f}"
                    for d in m.differences
                    if d.kind != "form"
                ]
                where = ", ".join(f"{s.start}-{s.end}" for s in m.spans)
                against = ", ".join(f"{s.start}-{s.end}" for s in m.against)
                out.append(
                    f"group {k} {g.rule} {g.safety.label} {'/'.join(g.reasons)}: {m.decision} {where} against {against} {m.similarity:.1f} % [{'; '.join(diffs[:12])}]"
                )
    return out[:14]


def cause(plan: Any, spot: Spot) -> str:
    """Why a place stayed, in a few words: the reason of a held pair, the edge of a cut, or nothing was found."""
    if isinstance(plan, str):
        return plan
    if spot.what == "lost":
        return "lost"
    beside = False
    for g in plan.groups:
        for m in g.members:
            if not any(s.start < spot.end and spot.start < s.end for s in m.spans):
                beside |= any(s.start < spot.end + 12 and spot.start - 12 < s.end for s in m.spans)
            elif m.decision == "hold" or g.held:
                held = [d for d in m.differences if d.kind == "content"]
                count = f", {len(held)} places" if len(held) > 1 else ""
                return f"held: {'/'.join(g.reasons) or g.rule}{count}"
    return "beside a cut" if beside and spot.size < 60 else "not found or dropped"


def causes(worst: list[Bad]) -> list[tuple[str, str, int, int]]:
    """Letters and places by set and cause, largest first."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for b in worst:
        plan = plan_of(b.text)
        for s in b.spots:
            entry = sums[b.suite, cause(plan, s)]
            entry[0] += s.size
            entry[1] += 1
    return sorted(((suite, why, n, k) for (suite, why), (n, k) in sums.items()), key=lambda x: (x[0], -x[2]))


def _short(t: str, n: int = 90) -> str:
    t = t.replace("\n", "⏎")
    return t if len(t) <= n else f"{t[: n // 2]} … {t[-n // 2 :]}"


def marked(text: str, spot: Spot, limit: int = 700) -> tuple[str, str, str]:
    """Before, the place itself, behind."""
    body = text[spot.start : spot.end]
    if len(body) > limit:
        body = f"{body[: limit // 2]} […] {body[-limit // 2 :]}"
    return text[max(0, spot.start - CONTEXT) : spot.start], body, text[spot.end : spot.end + CONTEXT]


def as_text(worst: list[Bad], spots: int) -> str:
    out = []
    for b in worst:
        plan = plan_of(b.text)
        out.append(f"\n===== {b.suite} · {b.name} · {b.weight}")
        for s in sorted(b.spots, key=lambda s: -s.size)[:spots]:
            before, body, behind = marked(b.text, s)
            out.append(f"--- {s.what} {s.size} letters at {s.start} {s.note}\n{before}⟦{body}⟧{behind}")
            if s.other:
                out.append(f"  counterpart: {_short(s.other, 700)}")
            out += [f"  {line}" for line in near_plan(plan, b.text, s)]
            if not s.start and s.what == "left":
                out.append(f"  output: {_short(b.output, 900)}")
    return "\n".join(out) + "\n"


_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em}h2{margin:2em 0 .3em}
table{width:100%;border-collapse:collapse;table-layout:fixed;margin:.4em 0 1.2em}td{vertical-align:top;border:1px solid #ccc;padding:.5em;
white-space:pre-wrap;overflow-wrap:anywhere}mark.left{background:#fdd}mark.lost{background:#fe9}small{color:#555;display:block;white-space:pre-wrap}"""


def as_html(worst: list[Bad], spots: int) -> str:
    esc = html.escape
    out = [f"<!doctype html><meta charset=utf-8><title>Worst cases</title><style>{_STYLE}</style><h1>Worst cases</h1>"]
    suite = ""
    for b in worst:
        if b.suite != suite:
            suite = b.suite
            out.append(f"<h2>{esc(suite)}</h2>")
        plan = plan_of(b.text)
        out.append(f"<h3>{esc(b.name)} · {b.weight}</h3>")
        for s in sorted(b.spots, key=lambda s: -s.size)[:spots]:
            before, body, behind = map(esc, marked(b.text, s))
            facts = "".join(f"<small>{esc(x)}</small>" for x in near_plan(plan, b.text, s))
            other = esc(s.other[:1500]) or esc(_short(b.output, 900))
            out.append(
                f"<p>{s.what} {s.size} letters at {s.start} {esc(s.note)}</p><table><tr><td>{before}<mark class={s.what}>{body}</mark>{behind}</td>"
                f"<td>{other}</td></tr></table>{facts}"
            )
    return "\n".join(out)


def find(built: list[suites.Suite], done: cleaners.Done, top: int) -> list[Bad]:
    """The ``top`` worst texts of every set; texts that made the cleaner fail come first."""
    worst = [
        Bad("failed", message, text, text, [Spot("left", 0, len(text), len(text), message)])
        for text, message in sorted(done.failed.items(), key=lambda x: len(x[0]))[:top]
    ]
    for s in built:
        outs = [done.outputs[t] for t in s.texts]
        bad = [of_injected(s.name, c, o) for c, o in zip(s.cases, outs, strict=True)] if s.cases else of_shared(s, outs)
        worst += sorted((b for b in bad if b.weight), key=lambda b: -b.weight)[:top]
    return worst


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("page", type=Path)
    ap.add_argument("--shared", type=Path, default=Path("../shared"))
    ap.add_argument("--sets", nargs="*", default=list(suites.NAMES))
    ap.add_argument("--n", type=int, default=20)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--half", choices=("dev", "held"), default="dev")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--top", type=int, default=8, help="texts a set")
    ap.add_argument(
        "--causes", action="store_true", help="print letters and places by cause, over the texts of the page"
    )
    ap.add_argument("--spots", type=int, default=4, help="places a text")
    a = ap.parse_args()
    built = suites.build(a.shared, a.sets, n=a.n, seed=a.seed, half=a.half)
    done = cleaners.clean_all([t for s in built for t in s.texts], cleaners.engine, jobs=a.jobs)
    worst = find(built, done, a.top)
    make = as_html if a.page.suffix == ".html" else as_text
    a.page.write_text(make(worst, a.spots), encoding="utf-8")
    if a.causes:
        for suite, why, size, places in causes(worst):
            print(f"{suite:20} {size:7} letters {places:5} places  {why}")
    print(f"{len(worst)} texts of {len(built)} sets: {a.page}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
