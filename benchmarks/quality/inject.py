"""Seeded generator: repeats of known kinds put into texts that have none, labelled by character.

    python benchmarks/quality/inject.py --data FOLDER --lang zh --rate .03 --n 3     # prints texts, to look at

Ground texts are read by path (``clean_zh/*.txt``, ``clean_en/*.txt``, paragraphs on blank lines). Even files are for
development, odd ones are held out, and the two halves draw from different seeds.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING

from kinds import EXTRA, KINDS, LEAST, Doc, Para
from labels import Atom, Case, atoms
from noise import MODELS, alphabet, wrap

if TYPE_CHECKING:
    from collections.abc import Callable


def ground(data: Path, lang: str, half: str = "dev") -> list[list[str]]:
    """Paragraphs of every ground text of one half (``dev`` or ``held``) in the order of the file names."""
    files = sorted((data / f"clean_{lang}").glob("*.txt"))
    return [f.read_text(encoding="utf-8").strip().split("\n\n") for f in files[half == "held" :: 2]]


def one(
    paras: list[str], donors: list[str], rng: random.Random, kinds: list[Callable[[Doc], None]], **how: object
) -> tuple[list[Atom], dict[int, str]]:
    """Build one text; a kind that finds no place in it is left out."""
    d = Doc(
        str(how["lang"]),
        rng,
        [Para(atoms(p)) for p in paras],
        donors,
        str(how["model"]),
        float(str(how["rate"])),
        alphabet("".join(paras)),
    )
    d.glue = rng.choice(("\n\n", "\n\n", "\n\n", "\n"))
    indent = "　　" if d.lang == "zh" and rng.random() < 0.15 else ""
    for kind in kinds:
        for _ in range(8):
            try:
                kind(d)
                break
            except LookupError:
                continue
    width = rng.choice((0, 0, 0, 0, 0, 0, 0, 36 if d.lang == "zh" else 76)) if d.glue == "\n\n" else 0
    out: list[Atom] = []
    for i, p in enumerate(d.paras):
        body = wrap(p.atoms, width, d.lang) if width else p.atoms
        out += [*(atoms(d.glue) if i else []), *atoms(indent), *body]
    return [*out, Atom("\n")], d.kinds


def cases(
    data: Path,
    lang: str,
    rate: float,
    n: int,
    *,
    seed: int = 5,
    model: str = "random",
    half: str = "dev",
    extra: bool = False,
) -> list[Case]:
    """``n`` texts of one language at one rate of noise, one to three repeats each. The same arguments, the same texts."""
    texts = ground(data, lang, half)
    if not texts:
        return []
    out = []
    deck: list[Callable[[Doc], None]] = []
    rng = random.Random(f"{seed} {half} {lang} {rate} {model} {extra}")
    for i in range(n):
        while len(deck) < 3:
            deck += rng.sample(EXTRA if extra else KINDS, len(EXTRA if extra else KINDS))
        chosen = [deck.pop(0) for _ in range(rng.choice((1, 2, 2, 3)))]
        k = (i + seed) % len(texts)
        others = [p for j in (k + 1, k + 2) for p in texts[j % len(texts)] if len(p) >= LEAST[lang]]
        made, kinds = one(texts[k], others, random.Random(rng.random()), chosen, lang=lang, rate=rate, model=model)
        out.append(Case(f"{lang}-{rate:g}-{model}-{i}", lang, rate, model, made, kinds))
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--lang", choices=("zh", "en"), default="zh")
    ap.add_argument("--rate", type=float, default=0.0)
    ap.add_argument("--model", choices=MODELS, default="random")
    ap.add_argument("--half", choices=("dev", "held"), default="dev")
    ap.add_argument("--n", type=int, default=1)
    ap.add_argument("--seed", type=int, default=5)
    a = ap.parse_args()
    for c in cases(a.data, a.lang, a.rate, a.n, seed=a.seed, model=a.model, half=a.half):
        print(f"##### {c.name} {sorted(set(c.kinds.values()))}\n{c.text}")


if __name__ == "__main__":
    main()
