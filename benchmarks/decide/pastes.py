"""Accidents put into published texts: something pasted again that stood there once, and stale copies, which are none.

    python benchmarks/decide/pastes.py --half fit --form markdown --rate .03 --n 2      # prints texts, to look at

A ground text is a file below ``<texts>/<kind>/`` or a slice of it. The same seed gives the same accidents at every rate
of noise, so that a text before its accidents has to be cleaned once only.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).parent.parent / "quality"))

from accidents import KINDS, stale
from labels import Atom, letters
from labels import Case as Labelled
from noise import MODELS, alphabet, spoil
from page import Page, Put, Span, blocks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_TWICE = "page twice"
# How many accidents a text has.
ACCIDENTS = (3, 4, 5, 6)
# What noise leaves alone, so that Markdown stays what it is and a label the label: marks, targets of links, tags, code.
FIRM = re.compile(
    r"^[ \t]*(?:[-+*>#]+|\d+[.)]|第[一二三四五六七八九十百千零〇\d]+条)(?=\s)|\]\([^)]*\)|\]\[[^\]]*\]|<[^>\n]*>|`[^`\n]+`"
    r"|https?://\S+|^(`{3,}|~{3,})[^\0]*?^\1|^ *\|.*$",
    re.MULTILINE,
)


def sliced(text: str, suffix: str, rng: random.Random) -> str:
    """The text, or of a long one some 6,000 to 16,000 characters between borders of blocks."""
    size = rng.randrange(6000, 16000)
    if len(text) <= size:
        return text
    found = blocks_of(text, suffix)
    last = max((b.start for b in found if b.start <= len(text) - size), default=0)
    start = rng.choice([b.start for b in found if b.start <= last] or [0])
    end = max((b.end for b in found if start < b.end <= start + size), default=start + size)
    return text[start:end] + "\n"


def half_of(path: Path) -> str:
    return ("fit", "held")[hashlib.sha256(f"{path.parent.name}/{path.name}".encode()).digest()[0] % 2]


def files(folders: list[Path], half: str, lang: str = "") -> dict[str, list[Path]]:
    """The files of one half by kind, in the order of their hashes, so that the first ones are a fair choice."""
    out: dict[str, list[Path]] = {}
    for kind in sorted({k for f in folders for k in (f.iterdir() if f.is_dir() else ()) if k.is_dir()}):
        if lang in {"", "zh" if "zh" in kind.name.split("_") else "en"}:
            found = [p for p in kind.iterdir() if p.suffix in {".md", ".txt"} and half in {"all", half_of(p)}]
            if found:
                out[kind.name] = sorted(found, key=lambda p: hashlib.sha256(p.name.encode()).digest())
    return out


def attempt(p: Page, kind: object) -> bool:
    for _ in range(4):
        try:
            kind(p)  # type: ignore[operator]
        except LookupError:
            continue
        return True
    return False


def pages(
    folders: list[Path],
    lang: str,
    form: str,
    n: int,
    *,
    half: str = "fit",
    seed: int = 5,
    kinds: list[str] | None = None,
    accidents: Sequence[int] = ACCIDENTS,
) -> list[Page]:
    """``n`` texts with accidents (so many each, drawn from ``accidents``) and a stale copy; kinds of texts and of accidents take turns."""
    ground = {
        k: [p for p in found if (form == "plain" or p.suffix == ".md") and p.stat().st_size > 2000]
        for k, found in files(folders, half, lang).items()
        if not kinds or k in kinds
    }
    ground = {k: v for k, v in ground.items() if v}
    rng = random.Random(f"{seed} {half} {lang} {form}")
    count: Counter[str] = Counter()
    out: list[Page] = []
    for i in range(n if ground else 0):
        doc = sorted(ground)[i % len(ground)]
        path = ground[doc][i // len(ground) % len(ground[doc])]
        mine = random.Random(f"{seed} {path.name} {i} {form}")
        text = sliced(path.read_text(encoding="utf-8").replace("\r\n", "\n"), path.suffix, mine)
        page = Page(f"{doc}/{path.name} {i}", doc, lang, form, text, blocks_of(text, path.suffix), mine, letters(text))
        if i % 9 == 8:
            end = page.blocks[-1].end
            page.puts.append(Put(PAGE_TWICE, end, [page.gap, (0, end)], [(0, end)]))
        else:
            attempt(page, stale)
            wanted = rng.choice(accidents)
            for kind in sorted(KINDS, key=lambda k: (count[k.__name__], rng.random())):
                if len(page.puts) < wanted and attempt(page, kind):
                    count[kind.__name__] += 1
        if page.puts:
            out.append(page)
    return out


@dataclass(slots=True)
class Case:
    """A page with its pastes at one rate of noise. ``stale``: the spans of what must stay, in ``labelled.text``."""

    page: Page
    rate: float
    labelled: Labelled
    stale: list[Span]


def case(page: Page, rate: float, model: str = "") -> Case:
    """Put the accidents in. Group ``k`` is what ``page.puts[k]`` says again; its places are offsets of the text before."""
    rng = random.Random(f"{page.name} {rate}")
    model = model or rng.choice(MODELS)
    abc = alphabet(page.text)
    base = [Atom(c) for c in page.text]
    for g, put in enumerate(page.puts):
        for low, high in put.said:
            for k in range(low, high):
                base[k].group, base[k].place = g, k
    out: list[Atom] = []
    spans: list[Span] = []
    at = 0
    numbered = [(put.at, g, put) for g, put in enumerate(page.puts)] + [(put.at, -1, put) for put in page.stale]
    for place, g, put in sorted(numbered, key=lambda x: x[:2]):
        out += base[at:place]
        at = place
        begin = len(out)
        for piece in put.pieces:
            if isinstance(piece, str):
                out += [Atom(c) for c in piece]
            else:
                out += _noisy([Atom(page.text[k], g, 1, k) for k in range(*piece)], rng, model, rate, abc)
        if g < 0:
            spans.append((begin, len(out)))
    out += base[at:]
    named = {g: f"{g} {put.kind}" for g, put in enumerate(page.puts)}
    return Case(page, rate, Labelled(f"{page.name} {page.form} {rate:g}", page.lang, rate, model, out, named), spans)


def _noisy(part: list[Atom], rng: random.Random, model: str, rate: float, abc: list[str]) -> list[Atom]:
    """A copy with errors, none in what has to stay for the block to stay the same block."""
    if not rate:
        return part
    out, at = [], 0
    for m in FIRM.finditer("".join(a.char for a in part)):
        out += spoil(part[at : m.start()], rng, model, rate, abc) + part[m.start() : m.end()]
        at = m.end()
    return out + spoil(part[at:], rng, model, rate, abc)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--texts", type=Path, nargs="*", default=[Path("../shared/data/published")])
    ap.add_argument("--lang", choices=("zh", "en"), default="zh")
    ap.add_argument("--form", choices=("plain", "markdown"), default="plain")
    ap.add_argument("--half", choices=("fit", "held", "all"), default="fit")
    ap.add_argument("--rate", type=float, default=0.0)
    ap.add_argument("--n", type=int, default=1)
    ap.add_argument("--seed", type=int, default=5)
    a = ap.parse_args()
    for p in pages(a.texts, a.lang, a.form, a.n, half=a.half, seed=a.seed):
        print(f"##### {p.name}: {'; '.join(x.kind for x in [*p.puts, *p.stale])}\n{case(p, a.rate).labelled.text}")


if __name__ == "__main__":
    main()
