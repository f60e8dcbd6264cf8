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
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "quality"))

from kinds import sentences
from labels import Atom, letters
from labels import Case as Labelled
from noise import MODELS, alphabet, spoil
from stale import changed

from dedupe_cli.read.formats.markdown.blocks import read_blocks

UNIT = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
ARTICLE = re.compile(r"\s*(?:\*\*)?(?:第[一二三四五六七八九十百千零〇\d]+条|Article \d|§|Sec(?:tion|\.) ?\d|\(\d+\) )")
# What noise leaves alone, so that Markdown stays what it is and a label the label: marks, targets of links, tags, code.
FIRM = re.compile(
    r"^[ \t]*(?:[-+*>#]+|\d+[.)]|第[一二三四五六七八九十百千零〇\d]+条)(?=\s)|\]\([^)]*\)|\]\[[^\]]*\]|<[^>\n]*>|`[^`\n]+`"
    r"|https?://\S+|^(`{3,}|~{3,})[^\0]*?^\1|^ *\|.*$",
    re.MULTILINE,
)
LISTS = {"bullet_list", "ordered_list"}
PROSE = {"paragraph", "verse"}
Span = tuple[int, int]


def units(text: str) -> int:
    """Han characters and words, as ``--min-length`` counts them."""
    return len(UNIT.findall(text))


@dataclass(slots=True)
class Block:
    start: int
    end: int
    kind: str
    level: int = 0
    items: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Put:
    """One paste: what is put in at an offset of the text before; a piece is a span that is said again, or new text."""

    kind: str
    at: int
    pieces: list[Span | str]
    said: list[Span]
    windows: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A ground text with its accidents; ``stale`` are those that must stay."""

    name: str
    doc: str
    lang: str
    form: str
    text: str
    blocks: list[Block]
    rng: random.Random
    flat: str = ""
    puts: list[Put] = field(default_factory=list)
    stale: list[Put] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)

    def of(self, i: int, j: int | None = None) -> str:
        return self.text[self.blocks[i].start : self.blocks[(i + 1 if j is None else j) - 1].end]

    @property
    def gap(self) -> str:
        wide = sum("\n\n" in self.text[a.end : b.start] for a, b in zip(self.blocks, self.blocks[1:], strict=False))
        return "\n\n" if self.form == "markdown" or 2 * wide >= len(self.blocks) - 1 else "\n"

    def free(self, i: int, j: int) -> bool:
        """Tell whether blocks were not touched yet, and what they say stands in the text once."""
        if any(k in self.used for k in range(i, j)) or any(b in self.closed for b in range(i, j + 1)):
            return False
        said = letters(self.of(i, j))
        return len(said) > 7 and self.flat.count(said) == 1

    def take(self, options: list[Span]) -> Span:
        self.rng.shuffle(options)
        for i, j in options:
            if self.free(i, j):
                self.used.update(range(i, j))
                self.closed.update(range(i, j + 1))
                return i, j
        raise LookupError("no free blocks")

    def runs(self, low: int, high: int) -> list[Span]:
        n = len(self.blocks)
        return [(i, j) for i in range(n) for j in range(i + low, min(i + high, n) + 1)]

    def border(self, source: Span, *, near: bool = False, wanted: tuple[str, ...] = ()) -> int:
        """A border between blocks that is free: not at the source, before a block of a kind if that is wanted."""
        n = len(self.blocks)

        def open_at(b: int) -> bool:
            if b in self.closed or source[0] <= b <= source[1]:
                return False
            return b == n or self.gap in self.text[self.blocks[b - 1].end : self.blocks[b].start]

        found = [b for b in range(1, n + 1) if open_at(b)]
        if near:
            found = [b for b in found if b >= source[0] - 3 and b <= source[1] + 3]
        if wanted:
            found = [b for b in found if b == n or self.kind(b) in wanted]
        if not found:
            raise LookupError("no free border")
        later = [b for b in found if b > source[1]]
        b = self.rng.choice(later if later and self.rng.random() < 0.85 else found)
        self.closed.add(b)
        return b

    def kind(self, i: int) -> str:
        return "article" if self.blocks[i].kind == "paragraph" and ARTICLE.match(self.of(i)) else self.blocks[i].kind

    def put(self, kind: str, at: int, pieces: list[Span | str], *, stale: bool = False) -> None:
        said = [p for p in pieces if not isinstance(p, str)]
        new = Put(kind, at, pieces, said)
        around = [self.around(*p) for p in said] + [self.around(at, at)]
        for low, high in sorted(around):
            if new.windows and low <= new.windows[-1][1]:
                new.windows[-1] = (new.windows[-1][0], max(high, new.windows[-1][1]))
            else:
                new.windows.append((low, high))
        (self.stale if stale else self.puts).append(new)

    def around(self, low: int, high: int) -> Span:
        """A stretch and what stands beside it, to the end of the next block, forty characters at most."""
        left = max((b.start for b in self.blocks if b.start < low), default=0)
        right = min((b.end for b in self.blocks if b.end > high), default=len(self.text))
        return max(left, low - 40), min(right, high + 40)

    def again(self, kind: str, source: Span, **how: object) -> None:
        """Blocks again at another border."""
        b = self.border(source, **how)  # type: ignore[arg-type]
        span = (self.blocks[source[0]].start, self.blocks[source[1] - 1].end)
        self.put(kind, self.blocks[b - 1].end, [self.gap, span])


def plain_blocks(text: str) -> list[Block]:
    """Blocks of plain text: lines between blank ones, or single lines where there are hardly any blank ones."""
    sep = r"\n(?:[ \t]*\n)+" if text.count("\n\n") * 4 > text.count("\n") else r"\n+"
    out, at = [], 0
    for m in [*re.finditer(sep, text), None]:
        end = m.start() if m else len(text.rstrip("\n"))
        body = text[at:end]
        if body.strip():
            lines = body.split("\n")
            short = len(lines) > 2 and max(map(len, lines)) < 58 and sum(map(len, lines)) < 45 * len(lines)
            title = len(lines) == 1 and units(body) < 13 and body.rstrip()[-1:] not in '。！？.!?…”"’』」:：;；,，'
            out.append(Block(at, end, "verse" if short else "heading" if title else "paragraph", 1 if title else 0))
        at = m.end() if m else end
    return out


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of the outermost level."""
    tree = read_blocks(text)
    starts = [*tree.starts, len(text)]

    def place(first: int, last: int) -> Span:
        low, high = starts[first], starts[min(last, len(starts) - 1)]
        return low, len(text[:high].rstrip("\n")) if text[low:high].strip() else low

    out = []
    for n in tree.root.children:
        low, high = place(n.first, n.last)
        if low < high:
            mark = re.match(r" *(#+)", text[low:high])
            level = (len(mark[1]) if mark else 2) if n.kind == "heading" else 0
            items = [place(c.first, c.last) for c in n.children] if n.kind in LISTS else []
            out.append(Block(low, high, n.kind, level, [i for i in items if i[0] < i[1]]))
    return out


def blocks_of(text: str, suffix: str) -> list[Block]:
    return markdown_blocks(text) if suffix == ".md" else plain_blocks(text)


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


def bounds(page: Page, i: int) -> list[int]:
    """Offsets between the sentences of a block, both ends included."""
    out = [page.blocks[i].start]
    for s in sentences(page.of(i), page.lang):
        out.append(out[-1] + len(s))
    out[-1] = page.blocks[i].end
    return out


def prose(page: Page, least: int, most: int = 10**6) -> list[Span]:
    return [
        (i, i + 1) for i, b in enumerate(page.blocks) if b.kind == "paragraph" and least <= units(page.of(i)) <= most
    ]


def paragraph_far(p: Page) -> None:
    p.again("paragraph elsewhere", p.take(prose(p, 40)))


def paragraph_near(p: Page) -> None:
    p.again("paragraph near", p.take(prose(p, 40)), near=True)


def paragraph_at_once(p: Page) -> None:
    i, _ = p.take([s for s in prose(p, 40) if p.gap in p.text[p.blocks[s[0]].end :][:3]])
    p.put("paragraph at once", p.blocks[i].end, [p.gap, (p.blocks[i].start, p.blocks[i].end)])


def run(p: Page) -> None:
    ok = [
        (i, j)
        for i, j in p.runs(2, 5)
        if p.blocks[j - 1].kind != "heading"
        and all(b.kind != "html_block" for b in p.blocks[i:j])
        and units(p.of(i, j)) >= 40
    ]
    i, j = p.take([s for s in ok if s[1] - s[0] == 3] if p.rng.random() < 0.5 else ok)
    p.again("blocks in a row", (i, j))


def section(p: Page) -> None:
    heads = [i for i, b in enumerate(p.blocks) if b.kind == "heading"]
    ok = []
    for i in heads:
        j = next((k for k in heads if k > i and p.blocks[k].level <= p.blocks[i].level), len(p.blocks))
        if j - i > 1 and 150 < len(p.of(i, j)) < min(4000, 0.4 * len(p.text)):
            ok.append((i, j))
    p.again("section with heading", p.take(ok), wanted=("heading",))


def article(p: Page) -> None:
    n = len(p.blocks)
    ok = []
    for i in range(n):
        if p.kind(i) == "article":
            j = next((k for k in range(i + 1, n) if p.kind(k) in {"article", "heading"}), n)
            if units(p.of(i, j)) >= 25:
                ok.append((i, j))
    p.again("article", p.take(ok), wanted=("article", "heading"))


def _list(p: Page, least: int) -> int:
    i, _ = p.take([(i, i + 1) for i, b in enumerate(p.blocks) if len(b.items) >= least])
    return i


def _between(p: Page, i: int) -> str:
    """What stands between two items of a list."""
    items = p.blocks[i].items
    return "\n\n" if len(items) > 1 and "\n\n" in p.text[items[0][1] : items[1][0]] else "\n"


def item(p: Page) -> None:
    """One item again, in another list where there is one."""
    i = _list(p, 2)
    ok = [
        s for s in p.blocks[i].items if units(p.text[slice(*s)]) >= 8 and p.flat.count(letters(p.text[slice(*s)])) == 1
    ]
    if not ok:
        raise LookupError("no item")
    low, high = p.rng.choice(ok)
    others = [k for k, b in enumerate(p.blocks) if b.kind == p.blocks[i].kind and p.free(k, k + 1) and b.items]
    to = p.rng.choice(others or [i])
    places = [s[1] for s in p.blocks[to].items if s[1] < low or s[0] > high]
    if not places:
        raise LookupError("no place for an item")
    p.used.add(to)
    p.closed.update((to, to + 1))
    p.put("item", p.rng.choice(places), [_between(p, to), (low, high)])


def items(p: Page) -> None:
    """Four items again, at the end of their list."""
    i = _list(p, 6)
    all_of = p.blocks[i].items
    k = p.rng.randrange(len(all_of) - 4)
    p.put("four items", all_of[-1][1], [_between(p, i), (all_of[k][0], all_of[k + 3][1])])


def list_twice(p: Page) -> None:
    i = _list(p, 3)
    b = p.blocks[i]
    if p.rng.random() < 0.5:
        p.put("list twice", b.end, [_between(p, i), (b.start, b.end)])
    else:
        p.again("list elsewhere", (i, i + 1))


def doubled(p: Page) -> None:
    """A sentence said twice at once."""
    i, _ = p.take(prose(p, 20))
    b = bounds(p, i)
    ok = [
        (x, y)
        for x, y in pairwise(b)
        if units(p.text[x:y]) >= 8
        and p.text[x:y].rstrip()[-1:] in "。！？.!?"
        and p.flat.count(letters(p.text[x:y])) == 1
    ]
    if not ok:
        raise LookupError("no sentence")
    low, high = p.rng.choice(ok)
    glue = "" if p.lang == "zh" or p.text[high - 1].isspace() else " "
    p.put("sentence doubled", high, [glue, (low, high)])


def pasted(p: Page) -> None:
    """A sentence or two of a paragraph in another one, between sentences."""
    i, _ = p.take([s for s in prose(p, 40) if len(bounds(p, s[0])) > 2])
    b = bounds(p, i)
    ok = [
        (b[x], b[y]) for x in range(len(b)) for y in (x + 1, x + 2) if y < len(b) and units(p.text[b[x] : b[y]]) >= 12
    ]
    ok = [s for s in ok if s != (b[0], b[-1]) and p.flat.count(letters(p.text[slice(*s)])) == 1]
    if not ok:
        raise LookupError("no sentences")
    low, high = p.rng.choice(ok)
    host, _ = p.take(prose(p, 20))
    at = p.rng.choice(bounds(p, host)[1:])
    span = (low, low + len(p.text[low:high].rstrip()))
    glue = "" if p.lang == "zh" else " "
    p.put("sentences inside", at, [glue, span] if at == p.blocks[host].end else [span, glue])


def broken(p: Page) -> None:
    """Head or tail of a paragraph, cut off in mid-sentence, as a paragraph of its own."""
    i, j = p.take(prose(p, 60))
    low, high = p.blocks[i].start, p.blocks[i].end
    edges = set(bounds(p, i))
    a, z = low + (high - low) // 3, low + 2 * (high - low) // 3
    ok = [
        k
        for k in range(a, z)
        if all(abs(k - e) > 5 for e in edges)
        and (p.text[k - 1 : k + 1].isalnum() if p.lang == "zh" else p.text[k - 1] == " " and p.text[k].isalpha())
    ]
    if not ok:
        raise LookupError("no place in mid-sentence")
    k = p.rng.choice(ok)
    head = p.rng.random() < 0.5
    b = p.border((i, j))
    p.put(
        "head cut off" if head else "tail cut off",
        p.blocks[b - 1].end,
        [p.gap, (low, k - (p.lang == "en")) if head else (k, high)],
    )


def split(p: Page) -> None:
    i, j = p.take([s for s in prose(p, 60) if len(bounds(p, s[0])) > 2])
    k = p.rng.choice(bounds(p, i)[1:-1])
    low, high = p.blocks[i].start, p.blocks[i].end
    b = p.border((i, j))
    p.put("split in two", p.blocks[b - 1].end, [p.gap, (low, low + len(p.text[low:k].rstrip())), p.gap, (k, high)])


def together(p: Page) -> None:
    """Two paragraphs run together."""
    ok = {i for i, _ in prose(p, 20)}
    i, j = p.take([(i, i + 2) for i in ok if i + 1 in ok])
    one, two = p.blocks[i], p.blocks[i + 1]
    b = p.border((i, j))
    p.put(
        "run together",
        p.blocks[b - 1].end,
        [p.gap, (one.start, one.end), "" if p.lang == "zh" else " ", (two.start, two.end)],
    )


def verse(p: Page) -> None:
    p.again("verse", p.take([(i, i + 1) for i, b in enumerate(p.blocks) if b.kind == "verse"]))


def _short(p: Page, i: int) -> bool:
    return p.blocks[i].kind == "paragraph" and 6 <= units(p.of(i)) < 40


def short_alone(p: Page) -> None:
    p.again("short block alone", p.take([(i, i + 1) for i in range(len(p.blocks)) if _short(p, i)]))


def short_beside(p: Page) -> None:
    ok = [
        (i, j)
        for i, j in p.runs(2, 3)
        if all(b.kind == "paragraph" for b in p.blocks[i:j])
        and any(_short(p, k) for k in range(i, j))
        and units(p.of(i, j)) >= 40
    ]
    p.again("short block with neighbours", p.take(ok))


def _with_block(p: Page, name: str, kinds: set[str]) -> None:
    """A block of code or a table with the paragraph before it, at times the one behind it too."""
    ok = [
        (i, i + n)
        for n in (2, 3)
        for i in range(len(p.blocks) - n + 1)
        if [b.kind in kinds for b in p.blocks[i : i + n]] == [False, True, False][:n]
        and all(b.kind == "paragraph" for b in p.blocks[i : i + n : 2])
    ]
    p.again(name, p.take(ok))


def code(p: Page) -> None:
    _with_block(p, "code with its text", {"fence"})


def table(p: Page) -> None:
    _with_block(p, "table with its text", {"table"})


KINDS = (
    paragraph_far, paragraph_near, paragraph_at_once, run, run, section, article, item, items, list_twice, doubled, pasted,
    broken, split, together, verse, short_alone, short_beside, code, table,
)  # fmt: skip
PAGE_TWICE = "page twice"


def stale(p: Page) -> None:
    """A paragraph again in which one thing is another one."""
    i, j = p.take(prose(p, 30))
    found = changed(p.of(i), p.lang, p.rng)
    if found is None:
        raise LookupError("nothing to change")
    kind, new = found
    b = p.border((i, j))
    p.put(kind, p.blocks[b - 1].end, [p.gap, new], stale=True)
    p.stale[-1].said = [(p.blocks[i].start, p.blocks[i].end)]


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
) -> list[Page]:
    """``n`` texts with three to six accidents and a stale copy each; kinds of texts and of accidents take turns."""
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
            wanted = rng.choice((3, 4, 5, 6))
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
