"""The kinds of repeats that are injected: each function puts one into a text under construction, or raises ``LookupError``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labels import Atom, atoms
from noise import reform, spoil

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_SENTENCE = {
    "zh": re.compile(r"[^。！？…]*[。！？…]+[”’」』）》]*|[^。！？…]+$"),
    "en": re.compile(
        r".+?(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\b[A-Z])[.!?]+[\"'”’)\]]*(?:\s+(?![a-z])|$)|.+$",
        re.DOTALL,
    ),
}
# Shortest passage that is worth injecting, in characters: about two short sentences.
LEAST = {"zh": 40, "en": 120}


def sentences(text: str, lang: str) -> list[str]:
    """Rough sentences whose concatenation is the text; white space goes with the sentence before it."""
    return [m.group() for m in _SENTENCE[lang].finditer(text)]


@dataclass(eq=False, slots=True)
class Para:
    atoms: list[Atom]
    used: bool = False

    @property
    def text(self) -> str:
        return "".join(a.char for a in self.atoms)


@dataclass(slots=True)
class Doc:
    """A text under construction."""

    lang: str
    rng: random.Random
    paras: list[Para]
    donors: list[str]
    model: str
    rate: float
    abc: list[str]
    kinds: dict[int, str] = field(default_factory=dict)
    glue: str = "\n\n"

    def take(self, least: int = 0, count: int = 1) -> list[Para]:
        """``count`` neighbouring paragraphs that no repeat has touched yet, each of at least ``least`` characters."""
        ok = [not p.used and len(p.text) >= least for p in self.paras]
        at = [i for i in range(len(ok) - count + 1) if all(ok[i : i + count])]
        if not at:
            raise LookupError("no free paragraphs")
        i = self.rng.choice(at)
        chosen = self.paras[i : i + count]
        for p in chosen:
            p.used = True
        return chosen

    def group(self, kind: str, paras: list[Para]) -> int:
        """Make paragraphs the original of a new group."""
        g = len(self.kinds)
        self.kinds[g] = kind
        place = 0
        for p in paras:
            for a in p.atoms:
                a.group, a.member, a.place = g, 0, place
                place += 1
        return g

    def copy(self, part: list[Atom], member: int, *, form: bool = False) -> list[Atom]:
        """A copy with the noise of this text."""
        out = [Atom(a.char, a.group, member, a.place) for a in part]
        return spoil(reform(out, self.rng, self.lang) if form else out, self.rng, self.model, self.rate, self.abc)

    def put(self, new: list[Para], near: Para, where: str) -> None:
        """Insert paragraphs: ``next`` to ``near``, ``far`` behind it where there is room, or ``any`` where."""
        i = self.paras.index(near)
        if where == "next":
            at = i + 1
        elif where == "far":
            at = self.rng.randrange(min(i + 2, len(self.paras)), len(self.paras) + 1)
        else:
            at = self.rng.randrange(len(self.paras) + 1)
        for p in new:
            p.used = True
        self.paras[at:at] = new

    def donor(self) -> str:
        """A paragraph that is not in the text."""
        return self.donors.pop(self.rng.randrange(len(self.donors)))


def _bounds(text: str, lang: str) -> list[int]:
    """Offsets between the sentences of a paragraph, both ends included."""
    out = [0]
    for s in sentences(text, lang):
        out.append(out[-1] + len(s))
    return out


def _inside(text: str, low: int, high: int, d: Doc) -> int:
    """An offset in mid-sentence between two sentence borders: at a word border in English, not at punctuation."""
    at = [
        k
        for k in range(low + 6, high - 5)
        if (
            text[k - 1] == " " and text[k].isalnum() and text[k - 2].isalnum()
            if d.lang == "en"
            else text[k - 1 : k + 1].isalnum()
        )
    ]
    if not at:
        raise LookupError("no place in mid-sentence")
    return d.rng.choice(at)


def exact(d: Doc) -> None:
    """One to ten copies of a paragraph, next to it or anywhere."""
    n = d.rng.choice((1, 1, 1, 2, 2, 3, 5, 10))
    where = d.rng.choice(("next", "far", "any"))
    (p,) = d.take(LEAST[d.lang])
    d.group(f"1 exact {'adjacent' if where == 'next' else 'far'}", [p])
    for m in range(1, n + 1):
        d.put([Para(d.copy(p.atoms, m))], p, where)


def many(d: Doc) -> None:
    """Thirty to a hundred copies of a paragraph, at once or all over the text."""
    (p,) = d.take(LEAST[d.lang])
    d.group("1 many", [p])
    where = d.rng.choice(("next", "far"))
    for m in range(1, d.rng.choice((30, 50, 100)) + 1):
        d.put([Para(d.copy(p.atoms, m))], p, where)


def interleaved(d: Doc) -> None:
    """A B A B, at times A B A B A B, at once or with text between the rounds."""
    pair = d.take(LEAST[d.lang], 2)
    for p in pair:
        d.group("1 interleaved", [p])
    where = d.rng.choice(("next", "far"))
    for m in range(1, d.rng.choice((2, 2, 3))):
        d.put([Para(d.copy(p.atoms, m)) for p in pair], pair[1], where)


def form(d: Doc) -> None:
    """A copy in another form: punctuation, width, case, Han variants, wrapping."""
    (p,) = d.take(LEAST[d.lang])
    d.group("2 form", [p])
    d.put([Para(d.copy(p.atoms, 1, form=True))], p, d.rng.choice(("far", "any")))


def truncated(d: Doc) -> None:
    """Head, tail or middle of a paragraph as a paragraph of its own, cut anywhere or at a sentence border."""
    what = d.rng.choice(("head", "tail", "middle"))
    (p,) = d.take(int(2.2 * LEAST[d.lang]))
    text = p.text
    bounds = _bounds(text, d.lang)
    clean = d.rng.random() < 0.35 and len(bounds) > 2

    def cut(low: int, high: int) -> int:
        inner = [b for b in bounds[1:-1] if low <= b <= high]
        if clean and inner:
            return d.rng.choice(inner)
        at = d.rng.randint(low, high)
        return at if d.lang == "zh" else text.find(" ", at) + 1 or at

    least = LEAST[d.lang]
    start = 0 if what == "head" else cut(8, max(9, len(text) - 2 * least + 8))
    end = len(text) if what == "tail" else cut(min(len(text) - 6, start + least), len(text) - 6)
    if end - start < least // 2:
        raise LookupError("too short")
    d.group(f"3 truncated {what}", [p])
    part = d.copy(p.atoms[start:end], 1)
    dots = d.rng.random() < 0.4
    mark = d.rng.choice(("……", "…", "...") if d.lang == "zh" else ("...", "…", " ..."))
    if dots and what != "head":
        part = atoms(mark) + part
    if dots and what != "tail":
        part = _stripped(part) + atoms(mark)
    d.put([Para(_stripped(part))], p, d.rng.choice(("next", "far", "far", "any")))


def longer(d: Doc) -> None:
    """A copy that is longer than what stood before: the first is cut short, or the second goes on."""
    (p,) = d.take(2 * LEAST[d.lang])
    text = p.text
    bounds = _bounds(text, d.lang)
    g = d.group("3 longer", [p])
    if d.rng.random() < 0.5 or len(bounds) < 3:
        whole = [Atom(a.char, g, 0, a.place) for a in p.atoms]
        at = d.rng.randint(len(text) // 2, len(text) - 6)
        at = at if d.lang == "zh" else text.find(" ", at) + 1 or at
        p.atoms = _stripped(d.copy(whole[:at], 1))
        d.put([Para(whole)], p, "far")
        return
    more = sentences(d.donor(), d.lang)[:2]
    gap = [] if d.lang == "zh" else atoms(" ")
    d.put(
        [Para([*_stripped(d.copy(p.atoms, 1)), *gap, *_stripped(atoms("".join(more)))])],
        p,
        d.rng.choice(("next", "far")),
    )


def _stripped(part: list[Atom]) -> list[Atom]:
    low, high = 0, len(part)
    while low < high and part[low].char.isspace():
        low += 1
    while high > low and part[high - 1].char.isspace():
        high -= 1
    return part[low:high]


def _passage(d: Doc, p: Para) -> tuple[int, int]:
    """One to three whole sentences of a paragraph, long enough to count."""
    b = _bounds(p.text, d.lang)
    ok = [
        (i, j)
        for i in range(len(b))
        for j in range(i + 1, min(i + 4, len(b)))
        if b[j] - b[i] >= LEAST[d.lang] and (i, j) != (0, len(b) - 1)
    ]
    if not ok:
        raise LookupError("no passage")
    i, j = d.rng.choice(ok)
    return b[i], b[j]


def inside(d: Doc) -> None:
    """Whole sentences of a paragraph inside another one, at a sentence border."""
    (p,) = d.take(2 * LEAST[d.lang])
    low, high = _passage(d, p)
    (host,) = d.take(LEAST[d.lang])
    d.group("4 inside", [p])
    part = _stripped(d.copy(p.atoms[low:high], 1))
    at = d.rng.choice(_bounds(host.text, d.lang))
    gap = [] if d.lang == "zh" else atoms(" ")
    head, tail = _stripped(host.atoms[:at]), _stripped(host.atoms[at:])
    host.atoms = [*head, *(gap if head else []), *part, *(gap if tail else []), *tail]


def split(d: Doc) -> None:
    """A copy split over two or three paragraphs, at sentence borders, at times with another paragraph between."""
    (p,) = d.take(2 * LEAST[d.lang])
    inner = [b for b in _bounds(p.text, d.lang)[1:-1] if 12 < b < len(p.text) - 12]
    if not inner:
        raise LookupError("one sentence")
    cuts = sorted(d.rng.sample(inner, min(len(inner), d.rng.choice((1, 1, 2)))))
    d.group("4 split", [p])
    parts = [_stripped(d.copy(p.atoms[a:b], 1)) for a, b in zip([0, *cuts], [*cuts, len(p.atoms)], strict=False)]
    new = [Para(x) for x in parts]
    if d.rng.random() < 0.3:
        new[1:1] = [Para(atoms(d.donor()))]
    d.put(new, p, d.rng.choice(("far", "any")))


def together(d: Doc) -> None:
    """Two or three paragraphs run together into one."""
    ps = d.take(LEAST[d.lang] // 2, d.rng.choice((2, 2, 3)))
    d.group("4 together", ps)
    gap = [] if d.lang == "zh" else atoms(" ")
    run = [x for i, p in enumerate(ps) for x in [*(gap if i else []), *d.copy(p.atoms, 1)]]
    d.put([Para(run)], ps[-1], d.rng.choice(("far", "any")))


def block(d: Doc) -> None:
    """Two to four paragraphs, once to three times again."""
    ps = d.take(0, d.rng.choice((2, 3, 4)))
    d.group("4 block", ps)
    where = d.rng.choice(("next", "far"))
    for m in range(1, d.rng.choice((2, 2, 3, 4))):
        d.put([Para(d.copy(p.atoms, m)) for p in ps], ps[-1], where)


def _seam(d: Doc, text: str, bounds: list[int], i: int) -> tuple[int, str, int]:
    """Break sentence ``i`` of a text and any sentence of another; return the place, the other text, its place."""
    at = _inside(text, bounds[i], bounds[i + 1], d)
    host = d.donor()
    hb = _bounds(host, d.lang)
    k = d.rng.randrange(len(hb) - 1)
    return at, host, _inside(host, hb[k], hb[k + 1], d)


def splice_tail(d: Doc) -> None:
    """The tail of a paragraph run on from the middle of a broken sentence."""
    (p,) = d.take(2 * LEAST[d.lang])
    b = _bounds(p.text, d.lang)
    ok = [i for i in range(len(b) - 2) if len(p.text) - b[i + 1] >= LEAST[d.lang] // 2]
    if not ok:
        raise LookupError("no tail")
    at, host, end = _seam(d, p.text, b, d.rng.choice(ok))
    d.group("5 splice tail", [p])
    d.put([Para([*atoms(host[:end]), *d.copy(p.atoms[at:], 1)])], p, d.rng.choice(("far", "far", "any")))


def splice_head(d: Doc) -> None:
    """The head of a paragraph, broken in mid-sentence, running on into other text."""
    (p,) = d.take(2 * LEAST[d.lang])
    b = _bounds(p.text, d.lang)
    ok = [i for i in range(1, len(b) - 1) if b[i] >= LEAST[d.lang] // 2]
    if not ok:
        raise LookupError("no head")
    at, host, start = _seam(d, p.text, b, d.rng.choice(ok))
    d.group("5 splice head", [p])
    d.put([Para([*d.copy(p.atoms[:at], 1), *atoms(host[start:])])], p, d.rng.choice(("far", "far", "any")))


def stutter(d: Doc) -> None:
    """A sentence of a paragraph said two to eight times at once."""
    (p,) = d.take(LEAST[d.lang])
    b = _bounds(p.text, d.lang)
    ok = [
        i
        for i in range(len(b) - 1)
        if b[i + 1] - b[i] >= LEAST[d.lang] // 2 and p.text[b[i] : b[i + 1]].rstrip()[-1:] in "。！？.!?"
    ]
    if not ok:
        raise LookupError("no sentence")
    i = d.rng.choice(ok)
    d.group("6 stutter", [p])
    unit = p.atoms[b[i] : b[i + 1]]
    gap = atoms(" ") if d.lang == "en" and not unit[-1].char.isspace() else []
    again = [x for m in range(1, d.rng.choice((2, 3, 4, 8))) for x in [*gap, *d.copy(unit, m)]]
    p.atoms = [*p.atoms[: b[i + 1]], *again, *p.atoms[b[i + 1] :]]


def overlap(d: Doc) -> None:
    """Chunks stitched with an overlap: the end of one is the beginning of the next, in mid-sentence."""
    (p,) = d.take(2 * LEAST[d.lang])
    text = p.text
    low = d.rng.randint(8, max(9, len(text) - LEAST[d.lang] - 12))
    high = d.rng.randint(low + LEAST[d.lang] // 2, min(len(text) - 4, low + 3 * LEAST[d.lang]))
    if d.lang == "en":
        low, high = (text.find(" ", x) + 1 or x for x in (low, high))
    d.group("8 overlap", [p])
    again = _stripped(d.copy(p.atoms[low:high], 1))
    p.atoms = [
        *_stripped(p.atoms[:high]),
        Atom("\n"),
        *again,
        *atoms(" " if d.lang == "en" else ""),
        *p.atoms[high:],
    ]


KINDS: tuple[Callable[[Doc], None], ...] = (
    exact, interleaved, form, truncated, truncated, longer, inside, split, together, block, splice_tail, splice_head,
)  # fmt: skip
# Kinds of the issue without a bound of their own, shown beside the others.
EXTRA: tuple[Callable[[Doc], None], ...] = (stutter, stutter, overlap, overlap, many)
