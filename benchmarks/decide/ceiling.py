"""How far the evidence tells accidents from what is meant: the score beside a learner that knows no signs and no sums.

    python benchmarks/decide/ceiling.py ROWS.jsonl       # rows of ``fit.py --rows ROWS.jsonl``

Boosted trees over the same evidence, each candidate judged by trees that have not seen its text (five parts, three
times). If they do no better, what is missed is not in the evidence. Needs scikit-learn.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import fit
import numpy as np

WRONG = (5, 10, 15, 20, 30)
TREES = {"max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 12, "min_samples_leaf": 15, "l2_regularization": 3.0}


def learnt(rows: list[dict[str, Any]]) -> Any:
    """Log odds of each candidate by trees that were grown on other texts."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  the tests need none of it
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    names = sorted({name for row in rows for name in row["evidence"]})
    x = np.array([[row["evidence"].get(name, 0.0) for name in names] for row in rows])
    y = np.array([row["accident"] for row in rows])
    texts = np.unique([row["name"].lstrip("= ").split(" ")[0] for row in rows], return_inverse=True)[1]
    weight = np.array([fit.WORSE if row["name"].startswith("=") else 1.0 for row in rows])
    z = np.zeros(len(rows))
    for seed in range(3):
        for some, others in GroupKFold(5, shuffle=True, random_state=seed).split(x, y, texts):
            trees = HistGradientBoostingClassifier(**TREES).fit(x[some], y[some], sample_weight=weight[some])
            z[others] += trees.decision_function(x[others]) / 3
    return z


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).open(encoding="utf-8")]
    _, odds = fit.fitted_together(rows, {"BLOCKS": 0.15, "STRETCH": -2.3})
    for kind in ("BLOCKS", "STRETCH"):
        mine = fit.of_kind(rows, kind)
        some = [rows[i] for i in mine]
        meant = np.array([row["name"].startswith("=") and not row["accident"] for row in some])
        size = np.array([np.exp(min(row["evidence"]["size"], 2)) * row["accident"] for row in some])
        print(f"{kind}: share of the pasted letters that goes, at so many cuts of {meant.sum()} in published texts")
        for name, z in (("score", odds[mine]), ("trees", learnt(some))):
            limits = [np.sort(z[meant])[::-1][wrong] for wrong in WRONG if wrong < meant.sum()]
            print(
                f"  {name}:",
                "  ".join(f"{w}: {size[z > at].sum() / size.sum():.3f}" for w, at in zip(WRONG, limits, strict=False)),
            )


if __name__ == "__main__":
    main()
