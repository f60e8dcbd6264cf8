"""Score every set in one process and print what is met and what is missed.

    python benchmarks/quality/run.py --n 20
    python benchmarks/quality/run.py --sets inject ocr --cmd 'dedupe clean {in} -o {out}'

Reads ``eval/quality.py`` and the texts below ``--shared``. Exit 0 when every bound holds, 1 when one is missed, 2 when
a text made the cleaner fail.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import cleaners
import pages
import suites

if TYPE_CHECKING:
    from collections.abc import Callable


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with data/ and eval/quality.py")
    ap.add_argument("--sets", nargs="*", default=list(suites.NAMES), metavar="SET", help="; ".join(suites.NAMES))
    ap.add_argument("--n", type=int, default=40, help="cases a set; texts a language and rate of the injected ones")
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument(
        "--half", choices=("dev", "held"), default="dev", help="ground texts and seeds of the injected sets"
    )
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--limit", type=int, default=60, help="seconds a text may take")
    ap.add_argument("--json", type=Path, help="write the rows as JSON")
    ap.add_argument("--into", type=Path, help="write the rows with a bound into a Markdown page, between its marks")
    ap.add_argument("--brief", action="store_true", help="rows with a bound only")
    which = ap.add_mutually_exclusive_group()
    which.add_argument("--cmd", help="shell command with {in} and {out}")
    which.add_argument("--function", default="cleaners:engine", help="module:function from text to text")
    a = ap.parse_args(argv)
    if unknown := [s for s in a.sets if s not in suites.NAMES]:
        ap.error(f"unknown set {unknown[0]!r}; known are {', '.join(suites.NAMES)}")
    return a


def chosen(a: argparse.Namespace) -> Callable[[str], str] | str:
    if a.cmd:
        return str(a.cmd)
    module, _, name = a.function.partition(":")
    function: Callable[[str], str] = getattr(importlib.import_module(module), name)
    return function


def line(r: suites.Row) -> str:
    state = {None: "", True: "met", False: "MISSED"}[r.met]
    limit = "" if r.bound is None else f"{'at least' if r.least else 'at most'} {r.bound:g}"
    return f"{state:6} {r.suite:20} {r.what:44} {r.value:8.5f}  {limit}"


def markdown(rows: list[suites.Row]) -> str:
    body = [
        [
            r.suite,
            r.what,
            f"{'≥' if r.least else '≤'} {r.bound:g}",
            f"{r.value:.4f}",
            "met" if r.met else "**missed**",
        ]
        for r in rows
    ]
    return pages.table(["set", "figure", "bound", "value", ""], body)


def main() -> int:
    a = arguments()
    begin = perf_counter()
    built = suites.build(a.shared, a.sets, n=a.n, seed=a.seed, half=a.half)
    made = perf_counter()
    done = cleaners.clean_all([t for s in built for t in s.texts], chosen(a), jobs=a.jobs, limit=a.limit)
    cleaned = perf_counter()
    rows: list[suites.Row] = []
    for s in built:
        new = s.judge([done.outputs[t] for t in s.texts])
        rows += new
        for r in new:
            if r.bound is not None or not a.brief:
                print(line(r), flush=True)
    bounded = [r for r in rows if r.bound is not None]
    missed = [r for r in bounded if not r.met]
    letters = sum(map(len, done.outputs))
    print(
        f"{len(bounded) - len(missed)} of {len(bounded)} met; {len(done.outputs)} texts, {letters} characters, cleaned in {done.seconds:.1f} s"
        f" of processor time (slowest {done.slowest:.1f} s); built {made - begin:.0f} s, cleaned {cleaned - made:.0f} s, judged {perf_counter() - cleaned:.0f} s"
    )
    for message, count in done.errors.most_common(5):
        print(f"FAILED {count}: {message}")
    if a.json:
        a.json.write_text(
            json.dumps([{**asdict(r), "met": r.met} for r in rows], ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
        )
    if a.into:
        pages.put(a.into, "targets", markdown(bounded))
    return 2 if done.errors else 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
