"""Fit the weights of ``dedupe_cli/decide/weights.py``: which repeats of real texts are accidents, and which are meant.

    python benchmarks/decide/fit.py --n 60                       # prints the weights, and what each limit lets go
    python benchmarks/decide/fit.py --texts ../shared/data/published DIR --write

Every candidate of published texts (meant: they stand there as people published them) and of the same texts with
accidents put in (``pastes.py``) is taken with its evidence. A logistic regression with the sign of each weight given, so
that a weight is an explanation, and pulled towards what was thought before where the texts have too few of a kind.
Needs scipy.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from pastes import case, files, pages

from dedupe_cli import api, rounds
from dedupe_cli.decide import context, select
from dedupe_cli.decide.score import Weighed
from dedupe_cli.decide.state import Others, outermost
from dedupe_cli.decide.weights import GIVEN
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.settings import make

WEIGHTS = Path(__file__).parents[2] / "src" / "dedupe_cli" / "decide" / "weights.py"
# The sign of each weight, and what it is where the texts say nothing.
BOTH = {
    "noise": (1, 0.5), "exact": (1, 0.3), "beside": (1, 1.0),
    "places": (-1, -0.5), "alike": (-1, -0.5), "apart": (-1, -0.5),
}  # fmt: skip
BLOCKS = BOTH | {"steps": (-1, -2.0), "disorder": (1, 1.0), "lines": (-1, -2.0), "holes": (-1, -1.5)}
STRETCH = BOTH
# A candidate of a published text counts as so many: cutting there is the worse mistake.
WORSE = 3.0
PULL = 0.02
# What the other repeats of a text are, is asked of the weights so often.
PASSES = 5
# A candidate is an accident when so much of it was pasted, and meant when no more than this was.
PASTED, OWN = 0.8, 0.2
# Some texts have one accident, some many.
ACCIDENTS = 1, 1, 2, 3, 4, 5, 6
RATES = (0.0, 0.03), (0.0, 0.01, 0.1)


class Collected(context.Context):
    """Keeps the evidence for every candidate; of the first round accidents go, and nothing else does."""

    found: list[dict[str, Any]] = []  # noqa: RUF012
    work: Any = None
    atoms: list[Any] | None = None

    def weighed(self, parts: Any) -> Any:
        if Collected.work.rounds > 1:
            return Weighed(-9.0, goes=False, terms=())
        edges = [(p.start, p.end) for p in parts], [(q.a0, q.a1) for p in parts for q in p.pieces if q.a1 > q.a0]
        copy, kept = ([Collected.work.trace.hull(self.view.fold.span(*e)) for e in each] for each in edges)
        label = _label(Collected.atoms, copy, kept)
        if label is not None:
            said = re.sub(
                r"\s+", " ", " ".join(span.of(self.view.text) for span in (self.view.fold.span(*e) for e in edges[0]))
            )
            Collected.found.append(
                {
                    "evidence": self.features.of(parts, self.state),
                    "accident": label,
                    "said": said[:100],
                    "in_place": len(Collected.work.removed),
                    "at": (parts[0].start, parts[-1].end),
                }
            )
        return Weighed(9.0 if label == 1 else -9.0, goes=label == 1, terms=())


def _label(atoms: list[Any] | None, copy: list[Any], kept: list[Any]) -> int | None:
    """Whether a candidate was pasted (1) or published (0); nothing where it is a bit of both."""
    if atoms is None:
        return 0
    mine, other = (
        [atoms[i] for s in spans for i in range(s.start, s.end) if atoms[i].char.isalnum()] for spans in (copy, kept)
    )
    groups = {a.group for a in other if a.group >= 0}
    if not mine or not other:
        return None
    share = sum(a.group in groups for a in mine) / len(mine)
    members = [
        round(sum(m) / len(m)) if (m := [a.member for a in each if a.group >= 0]) else -1 for each in (mine, other)
    ]
    if share >= PASTED and members[0] != members[1]:
        return 1
    return 0 if share <= OWN else None


def candidates(text: str, form: str, atoms: list[Any] | None = None) -> list[dict[str, Any]]:
    """The candidates of the first round of a text, with their evidence."""
    distant = rounds.Rounds._distant

    def watched(self: Any) -> Any:
        Collected.work = self
        return distant(self)

    rounds.Rounds._distant, select.Context = watched, Collected  # type: ignore[method-assign,misc]
    Collected.found, Collected.atoms = [], atoms
    try:
        name = "x.md" if form == "markdown" else "x.txt"
        api.run(open_source(text.encode("utf-8", "surrogatepass"), name), make())
    finally:
        rounds.Rounds._distant = distant  # type: ignore[method-assign]
    return list({tuple(found["at"]): found for found in Collected.found}.values())


def rows(job: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Evidence and label of the candidates of one text."""
    first, how = job
    try:
        if isinstance(first, Path):
            text = first.read_text(encoding="utf-8").replace("\r\n", "\n")
            return [r | {"name": f"= {first.parent.name}/{first.name}"} for r in candidates(text, how)]
        made = case(first, how)
        return [
            r | {"name": f"{first.name} {how:g}"}
            for r in candidates(made.labelled.text, first.form, made.labelled.atoms)
        ]
    except Exception as error:
        print(f"{first}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
        return []


def fitted(found: list[dict[str, Any]], table: dict[str, tuple[int, float]]) -> tuple[dict[str, float], Any]:
    """Weights by name, and the log odds of each row under them."""
    from scipy.optimize import minimize  # noqa: PLC0415  the tests import this file, and need none of it

    names = list(table)
    x = np.array([[r["evidence"].get(n, 0.0) for n in names] for r in found])
    y = np.array([r["accident"] for r in found], dtype=float)
    w = np.array([WORSE if r["name"].startswith("=") else 1.0 for r in found])
    before = np.array([table[n][1] for n in names])
    given = np.array([sum(v * r["evidence"].get(n, 0.0) for n, v in GIVEN.items()) for r in found])
    spread = np.maximum(x.std(axis=0), 0.15)

    def loss(b: Any) -> Any:
        p = 1 / (1 + np.exp(-np.clip(b[0] + x @ b[1:] + given, -40, 40)))
        g, d = w * (p - y), (b[1:] - before) * spread
        value = -(w * (y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))).sum() / w.sum()
        slope = np.concatenate(([g.sum()], x.T @ g)) / w.sum()
        slope[1:] += 2 * PULL * d * spread / len(names)
        return value + PULL * (d**2).sum() / len(names), slope

    bounds = [(None, None), *((0, None) if table[n][0] > 0 else (None, 0) for n in names)]
    done = minimize(loss, np.concatenate(([0.0], before)), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = {"base": float(done.x[0])} | dict(zip(names, map(float, done.x[1:]), strict=True)) | GIVEN
    return weights, done.x[0] + x @ done.x[1:] + given


def of_kind(found: list[dict[str, Any]], kind: str) -> list[int]:
    return [i for i, r in enumerate(found) if r["evidence"]["stretch"] == (kind == "STRETCH")]


def shares(found: list[dict[str, Any]], chances: Any) -> Any:
    """Which share of the other repeats of its text are accidents, of each candidate (see ``decide/state.Others``)."""
    texts: dict[str, dict[tuple[int, int], float]] = {}
    for r, chance in zip(found, chances, strict=True):
        texts.setdefault(r["name"], {})[tuple(r["at"])] = chance
    before = {r["name"]: r["in_place"] for r in found}
    others = {name: Others(before[name], {at: mine[at] for at in outermost(mine)}) for name, mine in texts.items()}
    return np.array([others[r["name"]].share(*r["at"]) for r in found])


def fitted_together(found: list[dict[str, Any]], limits: dict[str, float]) -> tuple[dict[str, dict[str, float]], Any]:
    """Weights of both kinds, and the log odds of each candidate.

    What the other repeats of a text are is evidence itself, and depends on the weights: so they are fitted a few times.
    """
    tables: dict[str, dict[str, float]] = {}
    odds, others = np.zeros(len(found)), np.zeros(len(found))
    for _ in range(PASSES):
        for r, share in zip(found, others, strict=True):
            r["evidence"]["accidents"] = share
        alone = np.zeros(len(found))  # log odds in the first round, above the limit
        for kind, table in (("BLOCKS", BLOCKS), ("STRETCH", STRETCH)):
            mine = of_kind(found, kind)
            tables[kind], odds[mine] = fitted([found[i] for i in mine], table)
            alone[mine] = odds[mine] - tables[kind]["accidents"] * others[mine] - limits[kind]
        others = shares(found, 1 / (1 + np.exp(-2 * alone)))
    return tables, odds


def report(kind: str, found: list[dict[str, Any]], z: Any, show: int) -> None:
    y = np.array([r["accident"] for r in found])
    own = np.array([r["name"].startswith("=") for r in found])
    size = np.array([np.exp(min(r["evidence"]["size"], 2)) for r in found])
    print(f"{kind}: {len(found)} candidates, {y.sum()} accidents, {own.sum()} in published texts")
    for limit in np.arange(-1, 4.1, 0.5):
        goes = z >= limit
        print(
            f"  limit {limit:4.1f}: of the accidents {(y * size * goes).sum() / (y * size).sum():.3f} of the letters,"
            f" {(y * goes).sum() / y.sum():.3f} of the number; wrong {(own & goes).sum()} published, {((1 - y) * ~own * goes).sum()} others"
        )
    worst = sorted(range(len(found)), key=lambda i: -z[i])
    for i in [i for i in worst if not y[i]][:show]:
        print(f"  meant, {z[i]:5.2f}: {found[i]['name']}: {found[i]['said']}")
    for i in [i for i in worst[::-1] if y[i]][:show]:
        print(f"  accident, {z[i]:5.2f}: {found[i]['name']}: {found[i]['said']}")


def written(shift: dict[str, float], tables: dict[str, dict[str, float]]) -> str:
    """The module with new numbers: the limit of ``clean`` is at 50 percent."""
    text = WEIGHTS.read_text(encoding="utf-8")
    for name, weights in tables.items():
        moved = weights | {"base": weights["base"] - shift[name]}
        body = "".join(
            f'    "{k}": {v:.2f},\n' for k, v in moved.items() if k not in GIVEN and (k == "base" or abs(v) >= 0.05)
        )
        text = re.sub(
            rf"{name}: dict\[str, float\] = \{{\n.*?\n\}}",
            f"{name}: dict[str, float] = {{\n{body}}}",
            text,
            flags=re.DOTALL,
        )
    return text


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--texts", type=Path, nargs="*", default=[Path("../shared/data/published")])
    ap.add_argument("--half", choices=("fit", "held", "all"), default="fit")
    ap.add_argument(
        "--n", type=int, default=60, help="texts a language with accidents, as plain text; a third as Markdown"
    )
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--rows", type=Path, help="write the rows here, or read them if the file is there")
    ap.add_argument("--blocks-limit", type=float, default=0.15, help="log odds at which whole blocks go")
    ap.add_argument("--stretch-limit", type=float, default=-2.3, help="log odds at which stretches inside a block go")
    ap.add_argument("--show", type=int, default=0)
    ap.add_argument("--write", action="store_true")
    a = ap.parse_args()
    if a.rows and a.rows.exists():
        found = [json.loads(line) for line in a.rows.open(encoding="utf-8")]
    else:
        jobs: list[Any] = []
        for folder in a.texts:
            for lang in ("zh", "en"):
                for form, n in (("plain", a.n), ("markdown", a.n // 3)):
                    made = pages([folder], lang, form, n, half=a.half, seed=a.seed, accidents=ACCIDENTS)
                    jobs += [(page, rate) for i, page in enumerate(made) for rate in RATES[i % 2]]
                jobs += [(path, "plain") for every in files([folder], a.half, lang).values() for path in every]
        random.Random(1).shuffle(jobs)
        with ProcessPoolExecutor(a.jobs) as pool:
            found = [r for each in pool.map(rows, jobs, chunksize=4) for r in each]
        if a.rows:
            a.rows.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in found), encoding="utf-8")
    limits = {"BLOCKS": a.blocks_limit, "STRETCH": a.stretch_limit}
    tables, odds = fitted_together(found, limits)
    for kind, table in tables.items():
        print("\n".join(f"  {name:10} {value:6.2f}" for name, value in table.items()))
        mine = of_kind(found, kind)
        report(kind, [found[i] for i in mine], odds[mine], a.show)
    if a.write:
        WEIGHTS.write_text(written(limits, tables), encoding="utf-8")


if __name__ == "__main__":
    main()
