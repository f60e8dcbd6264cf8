"""Fit the weights of the judgement on generated documents, and show what they reach.

python benchmarks/judge/fit.py --docs 1500 [--write]     fit, show; --write puts them into judge/difference_weights.py
python benchmarks/judge/fit.py --docs 1500 --latin --scans FILE --write     with the scans of quality/scans.py (bln)
python benchmarks/judge/fit.py --show                    show what the weights in the package reach
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from pathlib import Path

import generate
import numpy as np

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge import judge as jd
from dedupe_cli.judge.weighing import _ADDED, _noise

# The evidence that is weighed.
HAN = (
    "bias", "lr", "e4", "inner", "near", "gain", "loss", "rare",
    "reads", "reads_worst", "words", "new_word", "name_both", "name_one", "time_both", "surname",
    "title", "namelike", "contrast", "digit", "digit_one", "numeral", "number_lr", "digits_rare",
    "not_one", "not_fits", "not_more", "function", "sound", "look", "attested", "split",
    "damage", "again", "again_alike", "flow", "flow_worst",
)  # fmt: skip
LATIN = (
    "bias", "lr", "e2", "e4", "e6", "inner", "near", "known_both",
    "known_none", "junk", "reads", "short", "capital", "unlike", "word_one", "not", "contrast",
    "digit", "digit_one", "numeral", "number_lr", "digits_rare", "date", "attested", "count",
    "rare", "damage", "strokes", "strokes_words", "again",
)  # fmt: skip


def values_of(found, rate):
    """All evidence about a difference by name, at a rate of noise."""
    lr = _noise(rate)
    added = (1.0, lr, found.evidence.values.get("_number", 0.0) * lr, found.again, found.alike)
    return found.evidence.values | {name: added[place] for name, place in _ADDED.items()}


def rows(docs):
    """Features, label, kind, document of every difference in documents.

    Of several pieces of one change only the one that scores highest counts: one is enough to hold the copy.
    """
    out = []
    for number, doc in enumerate(docs):
        judge = jd.Judge(doc.fold, [p.alignment for p in doc.pairs])
        for pair in doc.pairs:
            best = {}
            for piece, found, errors in judge.weighed(pair.alignment):
                rate = judge.rate(pair.alignment, errors)
                values, score = values_of(found, rate), found.score(rate)
                mark = pair.mark(piece.block.b0, piece.block.b1)
                row = (found.evidence.han, values, mark[2] if mark else "", rate, doc, number, pair, piece)
                if not mark:
                    out.append(row)
                elif mark not in best or score > best[mark][0]:
                    best[mark] = (score, row)
            out += [row for _, row in best.values()]
    return out


def weighed(is_han, values):
    """Log odds of content, as the judge weighs them."""
    table = (weights.HAN if is_han else weights.LATIN)[min(int(values["_edits"]), 3) - 1]
    return sum(weight * values.get(name, 0.0) for name, weight in table.items())


def matrix(found, names):
    x = np.zeros((len(found), len(names)))
    for i, row in enumerate(found):
        for k, name in enumerate(names):
            x[i, k] = row[1].get(name, 0.0)
    return x


def logistic(x, y, w, ridge, start, steps=60):
    """Weighted ridge logistic regression by Newton's method; the first column (bias) is not shrunk."""
    b = start.copy()
    pen = np.full(x.shape[1], ridge)
    pen[0] = 1e-6
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -30, 30)))
        g = x.T @ (w * (p - y)) + pen * b
        h = (x * (w * p * (1 - p))[:, None]).T @ x + np.diag(pen)
        step = np.linalg.solve(h, g)
        b -= step
        if np.abs(step).max() < 1e-5:
            break
    return b


# Too rare in the made documents to be learnt: the same surname exchanged in every place (law of collapse: a name).
BY_HAND = ({"again": 1.6, "again_alike": -1.5}, {"again": 2.0, "again_alike": -1.0}, {"again": 1.0})
SCANS = 1.0  # weight of real errors against made ones


def fit(found, names, cost):
    """One table for each number of edits."""
    tables = [_fit([r for r in found if min(r[7].edits, 3) == e], names, cost) for e in (1, 2, 3)]
    if found[0][0]:
        for table, more in zip(tables, BY_HAND, strict=True):
            table.update(more)
    return tuple(tables)


def _fit(found, names, cost):
    found = [
        r for r in found if r[4].model != "scan" or not r[1].get("_number")
    ]  # another number is one in a scan, too
    y = np.array([bool(r[2]) for r in found], float)
    x = matrix(found, names)
    w = np.where(y > 0, 1.0, cost) * np.array([SCANS if r[4].model == "scan" else 1.0 for r in found])
    b = logistic(x, y, w, 3.0, np.zeros(len(names)))
    return dict(zip(names, b.round(3).tolist(), strict=True))


# What tells nothing of a difference that is alone in its pair.
NOT_LONE = {"lr", "number_lr", "again", "again_alike", "near", "inner"}


def lone(data, count, seed):
    """One edit in Chinese that is the only difference of its pair, in a text with no other pair: table of weights."""
    rng = random.Random(seed)
    rates, generate.RATES = generate.RATES, (0.0, 0.0, 0.005, 0.01)
    docs = [generate.document(data, "zh", "dev", rng, changes=0.5) for _ in range(count)]
    generate.RATES = rates
    found = []
    for doc in docs:
        for pair in doc.pairs:
            pieces = jd.Judge(doc.fold, [pair.alignment]).weighed(pair.alignment)
            if len(pieces) == 1 and pieces[0][0].edits == 1 and pieces[0][1].evidence.han:
                block = pieces[0][0].block
                found.append((pieces[0][1].evidence.values, bool(pair.mark(block.b0, block.b1))))
    names = [n for n in HAN if n not in NOT_LONE]
    x = np.array([[values.get(n, 0.0) for n in names] for values, _ in found])
    y = np.array([meant for _, meant in found], float)
    b = logistic(x, y, np.ones(len(y)), 3.0, np.zeros(len(names)))
    return {n: v for n, v in zip(names, b.round(3).tolist(), strict=True) if abs(v) >= 0.005}


def bucket(rate):
    return "<.5%" if rate < 0.005 else "1%" if rate < 0.015 else "3%" if rate < 0.04 else "10%"


def show(found, title):
    print(f"--- {title}: {len(found)} differences")
    table = defaultdict(Counter)
    kinds = defaultdict(Counter)
    for is_han, values, kind, rate, doc, *_ in found:
        score = weighed(is_han, values) if rate >= weights.CLEAN else 12
        key = ("han" if is_han else "lat", bucket(doc.rate), doc.model)
        table[key]["n" if not kind else "c"] += 1
        table[key]["held" if not kind else "seen"] += score > 0
        if kind:
            kinds[(key[0], kind)][bucket(doc.rate)] += 1
            kinds[(key[0], kind)]["seen" + bucket(doc.rate)] += score > 0
    for key, c in sorted(table.items()):
        print(
            *key,
            f"noise held {c['held']}/{c['n']} = {c['held'] / max(1, c['n']):.4f}   content seen {c['seen']}/{c['c']} = {c['seen'] / max(1, c['c']):.3f}",
        )
    for key, c in sorted(kinds.items()):
        print("  ", *key, " ".join(f"{b}: {c['seen' + b]}/{c[b]}" for b in ("<.5%", "1%", "3%", "10%")))


def curve(found):
    """The trade-off: share of noise held against share of content seen, as the threshold moves."""
    for is_han in (True, False):
        for b in ("1%", "3%", "10%"):
            part = [r for r in found if r[0] is is_han and bucket(r[4].rate) == b and r[3] >= weights.CLEAN]
            s = np.array([weighed(r[0], r[1]) for r in part])
            y = np.array([bool(r[2]) for r in part])
            if not y.any() or y.all():
                continue
            line = [
                f"{t:+g}: {(s[~y] > t).mean():.4f}/{(s[y] > t).mean():.3f}" for t in (-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3)
            ]
            print("curve", "han" if is_han else "latin", b, "  ".join(line))


def noisy(data, seeds=(1, 2, 3)):
    """The scorer's noisy variants, judged only."""
    for rate in (0.01, 0.03):
        seen, kinds = [], defaultdict(list)
        for seed in seeds:
            docs = generate.noisy_variants(data, rate, seed)
            for doc, kind in docs:
                judge = jd.Judge(doc.fold, [p.alignment for p in doc.pairs])
                ok = False
                for pair in doc.pairs:
                    for j in judge.judge(pair.alignment):
                        if j.score > 0 and pair.mark(j.block.b0, j.block.b1):
                            ok = True
                seen.append(ok)
                kinds[kind].append(ok)
        print(
            f"noisy variants {rate:.0%}: {np.mean(seen):.3f}",
            {k: round(float(np.mean(v)), 2) for k, v in kinds.items()},
        )


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--scans", type=Path, nargs="*", default=[], help="more files of scans, as that of the data")
    ap.add_argument("--docs", type=int, default=800)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--rounds", type=int, default=2)
    ap.add_argument("--cost-han", type=float, default=1.0)
    ap.add_argument("--cost-latin", type=float, default=1.0)
    ap.add_argument("--latin", action="store_true", help="words with spaces between them only")
    ap.add_argument("--show", action="store_true")
    ap.add_argument("--write", action="store_true")
    ap.add_argument("--held", action="store_true", help="show on the texts kept aside")
    a = ap.parse_args()
    t = time.perf_counter()

    def make(half, seed, n):
        rng = random.Random(seed)
        langs = ("en",) if a.latin else ("zh", "en")
        docs = [generate.document(a.data, lang, half, rng) for lang in langs for _ in range(n)]
        files = a.data / "newspaper_ocr_en" / "articles.jsonl", *a.scans
        return docs + [doc for file in files for doc in generate.scans(file, half)]

    if not a.show:
        docs = make("dev", a.seed, a.docs)
        for _ in range(a.rounds):
            found = rows(docs)
            some_han = [r for r in found if r[0] and r[3] >= weights.CLEAN]
            some_latin = [r for r in found if not r[0] and r[3] >= weights.CLEAN]
            weights.HAN = weights.HAN if a.latin else fit(some_han, HAN, a.cost_han)
            weights.LATIN = fit(some_latin, LATIN, a.cost_latin)
        weights.LONE_HAN = weights.LONE_HAN if a.latin else lone(a.data, 3 * a.docs, a.seed)
        print("HAN =", weights.HAN)
        print("LATIN =", weights.LATIN)
        show(rows(docs), "train")
    check = make("held" if a.held else "dev", a.seed + 100, max(200, a.docs // 2))
    found = rows(check)
    show(found, "other documents")
    curve(found)
    noisy(a.data, seeds=(1, 2))
    print(f"{time.perf_counter() - t:.0f} s")
    if a.write:
        write(weights.HAN, weights.LATIN, weights.LONE_HAN)


def write(han, latin, lone_han):
    """Write a row for each feature, a column for each table."""
    path = Path(weights.__file__)
    text = path.read_text(encoding="utf-8")
    for name, tables in (("_HAN", (*han, lone_han)), ("_LATIN", latin)):
        start = text.index(f'{name} = """') + len(f'{name} = """\n')
        end = text.index('\n"""\n', start)
        names = list(dict.fromkeys(k for table in tables for k, v in table.items() if v))
        cells = [[f"{v:g}" if (v := table.get(k)) else "-" for table in tables] for k in names]
        lines = [k.ljust(14) + "".join(c.rjust(9) for c in row) for k, row in zip(names, cells, strict=True)]
        text = text[:start] + "\n".join(lines) + text[end:]
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
