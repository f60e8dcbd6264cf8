"""What was pasted into published texts by accident goes, what was said once stays: tables by language, text and accident.

    python benchmarks/decide/run.py --n 40                              # the half for fitting, two to three minutes
    python benchmarks/decide/run.py --half held --rates 0 .01 .03 .1 --show 10
    python benchmarks/decide/run.py --cmd 'dedupe clean {in} -o {out}'

left     of the letters pasted, the share that is still said once too often; it does not matter which copy stays
lost     of the letters said once, the share that is said nowhere any more and would be without the pastes
before   of the pastes, the share whose surroundings, at both places, are letter for letter what they are without it
stale    of the paragraphs that stand again with one thing changed, the share where both stay whole (wordings: both said)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from measure import Paste, Row, left, measured, source_of
from noise import MODELS
from pastes import ACCIDENTS, PAGE_TWICE, Page, case, pages
from worst import Spot, marked, near_plan, runs

from dedupe_cli import api
from dedupe_cli.settings import make

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = ("plain", "markdown")
WHOLE = {PAGE_TWICE, "section with heading", "blocks in a row"}
PARTS = {
    "paragraph elsewhere",
    "paragraph near",
    "paragraph at once",
    "list twice",
    "list elsewhere",
    "sentence doubled",
}


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with data/published/<kind>/")
    ap.add_argument("--texts", type=Path, nargs="*", help="other folders with <kind>/*.txt|md, instead")
    ap.add_argument("--kinds", nargs="*", help="kinds of texts only, by the names of their folders")
    ap.add_argument("--langs", nargs="*", choices=("zh", "en"), default=["zh", "en"])
    ap.add_argument("--forms", nargs="*", choices=FORMS, default=list(FORMS))
    ap.add_argument("--rates", nargs="*", type=float, default=[0.0, 0.03])
    ap.add_argument("--model", choices=MODELS, default="", help="one kind of noise; by default each text has its own")
    ap.add_argument("--n", type=int, default=40, help="texts a language and form")
    ap.add_argument("--half", choices=("fit", "held", "all"), default="fit")
    ap.add_argument("--accidents", type=int, nargs="*", default=ACCIDENTS, help="how many a text has: one of these")
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--limit", type=int, default=60, help="seconds a text may take")
    ap.add_argument("--cmd", default="", help="shell command with {in} and {out}")
    ap.add_argument(
        "--show", type=int, default=0, metavar="N", help="print the N worst pastes, stale copies and losses"
    )
    ap.add_argument("--json", type=Path, help="write everything that was measured, without the texts")
    return ap.parse_args()


def table(title: str, rows: list[Row], key: Callable[[Row, Paste | None], str]) -> None:
    """Print one line a key; a key of texts (not of pastes) has what was lost and what stayed of the stale ones, too."""
    pastes: dict[str, list[Paste]] = defaultdict(list)
    texts: dict[str, list[Row]] = defaultdict(list)
    for r in rows:
        whole = key(r, None)
        if whole:
            texts[whole].append(r)
        for p in r.pastes:
            if not whole or p.kind != PAGE_TWICE:
                pastes[key(r, p)].append(p)
    print(f"\n{title:34} pastes    left  before" + ("    lost   stale wordings  seconds" if texts else ""))
    for name in sorted(pastes):
        mine = pastes[name]
        told = [p.before for p in mine if p.before is not None]
        line = f"{name:34} {len(mine):6}  {share(sum(p.left for p in mine), sum(p.letters for p in mine))}  {share(sum(told), len(told))}"
        if of := texts.get(name):
            old = [s for r in of for s in r.stale]
            line += f"  {sum(r.lost for r in of) / max(1, sum(r.once for r in of)):.5f}  {share(sum(s[1] for s in old), len(old))}   {share(sum(s[2] for s in old), len(old))} {sum(r.seconds for r in of):8.1f}"
        print(line)


def share(part: int, whole: int) -> str:
    return f"{part / whole:6.3f}" if whole else "     -"


def targets(rows: list[Row]) -> None:
    """Print the figures that have a bound, and whether they are met."""
    for lang in ("zh", "en"):
        some = [r for r in rows if r.lang == lang]
        for rate, bound in ((0.0, 0.05), (0.03, 0.07)):
            if plain := [r for r in some if (r.form, r.rate) == ("plain", rate)]:
                _target(f"{lang} plain {rate:g} left", left(plain), bound)
                _target(f"{lang} plain {rate:g} lost", sum(r.lost for r in plain) / sum(r.once for r in plain), 0.0002)
        if marked_up := [r for r in some if (r.form, r.rate) == ("markdown", 0.0)]:
            told = [p.before for r in marked_up for p in r.pastes if p.kind in WHOLE and p.before is not None]
            stale = [kept for r in marked_up for _, kept, _ in r.stale]
            _target(f"{lang} markdown page, section, blocks: as before", sum(told) / max(1, len(told)), 0.9, least=True)
            _target(f"{lang} markdown paragraph, list, sentence left", left(marked_up, PARTS), 0.03)
            _target(f"{lang} markdown stale copies stay", sum(stale) / max(1, len(stale)), 0.93, least=True)
            _target(f"{lang} markdown lost", sum(r.lost for r in marked_up) / sum(r.once for r in marked_up), 0.0002)


def _target(name: str, value: float, bound: float, *, least: bool = False) -> None:
    met = value >= bound if least else value <= bound
    print(f"{'met' if met else 'MISSED':6} {name:50} {value:8.5f}  {'at least' if least else 'at most'} {bound:g}")


def report(rows: list[Row]) -> None:
    """Print the tables; a whole page said twice outweighs all else, so that it counts among the accidents only."""
    rates = sorted({r.rate for r in rows})
    targets(rows)
    for lang in ("zh", "en"):
        mine = [r for r in rows if r.lang == lang]
        if not mine:
            continue
        table(f"{lang}: form, noise", mine, lambda r, _p: f"{r.form} {r.rate:g}")
        table(f"{lang}: texts", mine, lambda r, _p: f"{r.form} {r.rate:g} {r.doc}")
        for rate in rates:
            for form in FORMS:
                some = [r for r in mine if (r.rate, r.form) == (rate, form)]
                if some:
                    table(f"{lang} {form} {rate:g}: accidents", some, lambda _r, p: p.kind if p else "")
        changes: dict[str, list[bool]] = defaultdict(list)
        for r in mine:
            for kind, whole, _ in r.stale:
                changes[kind].append(whole)
        print(f"{lang} stale: " + ", ".join(f"{k} {sum(v)} of {len(v)}" for k, v in sorted(changes.items())))


def show(rows: list[Row], known: dict[tuple[str, str], Page], top: int, model: str) -> None:
    """The worst texts with what was pasted, where, what of it stayed or went, and what the plan says about the place."""

    def weight(r: Row) -> int:
        return sum(p.left for p in r.pastes) + 100 * r.lost + 5000 * sum(not s[1] for s in r.stale)

    for r in sorted(rows, key=weight, reverse=True)[:top]:
        if not weight(r):
            continue
        c = case(known[r.name, r.form], r.rate, model)
        text = c.labelled.text
        try:
            done = api.run(source_of(text, r.form), make())
            plan, output = done.plan, done.text
        except Exception as e:
            plan, output = f"{type(e).__name__}: {e}", text
        print(
            f"\n===== {r.name} {r.form} {r.rate:g} {r.model}: {'; '.join(f'{p.kind} {p.left}/{p.letters}' for p in r.pastes)}"
        )
        spots = []
        for g, put in enumerate(c.page.puts):
            mine = [i for i in r.left_at if (c.labelled.atoms[i].group, c.labelled.atoms[i].member) == (g, 1)]
            said = " … ".join(c.page.text[low:high] for low, high in put.said)
            spots += [Spot("left", low, high, n, put.kind, said) for low, high, n in runs(mine, 40)[:2]]
        for put, paste in zip(c.page.puts, r.pastes, strict=False):
            if paste.before is False and paste.left < 0.05 * paste.letters:
                spots += [_moved(c.page.text[low:high], output, put.kind) for low, high in put.windows]
        spots += [Spot("lost", at, at + len(gone), len(gone), "", gone) for at, gone in r.lost_texts]
        for put, span, (kind, whole, wordings) in zip(c.page.stale, c.stale, r.stale, strict=True):
            if not whole:
                was = c.page.text[slice(*put.said[0])]
                spots.append(
                    Spot(
                        "stale went",
                        *span,
                        len(was),
                        f"{kind}, {'both' if wordings else 'not both'} wordings said",
                        was,
                    )
                )
        for s in (s for s in spots if s.size):
            if s.what == "not as before":
                print(f"--- {s.what} {s.note}: {s.other}")
                continue
            before, body, behind = marked(text, s)
            print(
                f"--- {s.what} {s.size} letters at {s.start} {s.note}\n{before}⟦{body}⟧{behind}\n  counterpart: {s.other[:300]!r}"
            )
            print("\n".join(f"  {line}" for line in near_plan(plan, text, s)))


def _moved(was: str, output: str, kind: str) -> Spot:
    """Where a stretch of the text before parts from the output; of size 0 when it does not."""
    same = max((k for k in range(len(was) + 1) if was[:k] in output), default=0)
    at = output.find(was[:same]) + same
    told = f"{was[max(0, same - 40) : same]!r} then {was[same : same + 40]!r}, not {output[at : at + 40]!r}"
    return Spot("not as before", 0, 0, len(was) - same, kind, told)


def main() -> int:
    a = arguments()
    begin = perf_counter()
    folders = a.texts or [a.shared / "data" / "published"]
    made = [
        p
        for lang in a.langs
        for form in a.forms
        for p in pages(folders, lang, form, a.n, half=a.half, seed=a.seed, kinds=a.kinds, accidents=a.accidents)
    ]
    jobs = [(p, tuple(a.rates), a.cmd, a.limit, a.model) for p in made]
    if a.jobs > 1:
        with ProcessPoolExecutor(a.jobs) as pool:
            rows = [r for found in pool.map(measured, jobs) for r in found]
    else:
        rows = [r for j in jobs for r in measured(j)]
    print(
        f"half {a.half}, seed {a.seed}: {len(made)} texts, {sum(len(p.text) for p in made)} characters, {perf_counter() - begin:.0f} s"
    )
    report(rows)
    for r in rows:
        if r.failed:
            print(f"FAILED {r.name} {r.form} {r.rate:g}: {r.failed}")
    if a.show:
        show(rows, {(p.name, p.form): p for p in made}, a.show, a.model)
    if a.json:
        keep = [{k: v for k, v in asdict(r).items() if k not in {"lost_texts", "left_at"}} for r in rows]
        a.json.write_text(json.dumps(keep, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 2 if any(r.failed for r in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
