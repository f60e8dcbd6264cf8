"""The kinds of accidents: each function puts one into a page, or raises ``LookupError`` where there is no place for it."""

from __future__ import annotations

from itertools import pairwise

from kinds import sentences
from labels import letters
from page import Page, Span, units
from stale import changed


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
