"""Real Markdown with injected repeats: only the repeats go, and the rendered HTML differs by nothing else.

Texts: the long descriptions in Markdown of the Python packages installed under the folders of --packages, and the
Markdown files under --docs. Each is cleaned first (its own repeats would hide what is measured), then paragraphs,
quotations and items of lists are said again behind another block; then it is cleaned again.

    python benchmarks/containers/markdown.py --n 50 --packages DIR... --docs /usr/share/doc
"""

from __future__ import annotations

import argparse
import difflib
import email
import gzip
import random
import re
from pathlib import Path

from markdown_it import MarkdownIt

from dedupe_cli import api
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.markdown.blocks import read_blocks
from dedupe_cli.settings import make

WORD, LOOSE = re.compile(r"<[^>]+>|[^<\s]+"), re.compile(r"(<li>)\n<p>|</p>(?=\n</li>)")
RENDER = MarkdownIt("commonmark").enable("table")


def descriptions(folders: list[Path]) -> dict[str, str]:
    """Long descriptions in Markdown, one a package."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.dist-info/METADATA")):
            head = email.message_from_string(path.read_text(encoding="utf-8", errors="replace"))
            if "text/markdown" in str(head.get("Description-Content-Type")):
                found.setdefault(str(head["Name"]).lower(), str(head.get_payload()) or str(head["Description"]))
    return found


def guides(folder: Path) -> dict[str, str]:
    """Markdown files of documentation packages."""
    found = {}
    for path in sorted([*folder.rglob("*.md"), *folder.rglob("*.md.gz")]):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found[path.name] = data.decode("utf-8", "replace")
    return found


def clean(text: str) -> api.Result:
    return api.run(open_source(text.encode("utf-8", "surrogatepass"), "x.md"), make())


def injected(text: str, rng: random.Random, most: int) -> tuple[str, int]:
    """Say some paragraphs again, each behind a later block of the outermost level."""
    blocks = read_blocks(text)
    tops = [n for n in blocks.root.children if n.kind in {"paragraph", "blockquote", "heading", "fence"}]
    borders = [blocks.starts[n.last] for n in tops if n.last < len(blocks.starts)]
    long = [n for n in blocks.paragraphs if len(text[n.begin : n.end].split()) >= 14]
    places = []
    for node in rng.sample(long, min(most, len(long))):
        later = [at for at in borders if at >= node.end]
        if not later:
            continue
        said = "\n".join(span.of(text) for span in node.prose)
        form = rng.choice(["{}", "{}", "> {}"])
        places.append((rng.choice(later), form.format(said.replace("\n", "\n> " if form[0] == ">" else "\n"))))
    out, at = [], 0
    for place, said in sorted(places):
        out += [text[at:place], "" if text[:place].endswith("\n\n") else "\n", said, "\n\n"]
        at = place
    return "".join([*out, text[at:]]), len(places)


def only_deletions(before: str, after: str) -> bool:
    """Tell whether the HTML after is that before without some words and tags (tight and loose lists look the same)."""
    one, two = (WORD.findall(LOOSE.sub(r"\1", RENDER.render(text))) for text in (before, after))
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    return all(tag in {"equal", "delete"} for tag, *_ in matcher.get_opcodes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, nargs="*", default=[])
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--n", type=int, default=50)
    parser.add_argument("--most", type=int, default=6)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="write the texts with repeats into this folder")
    parser.add_argument("--show", action="store_true", help="print what differs")
    args = parser.parse_args()
    texts = descriptions(args.packages) | (guides(args.docs) if args.docs else {})
    rng = random.Random(args.seed)
    usable = sorted(name for name, text in texts.items() if len(text) > 1500)
    chosen = sorted(rng.sample(usable, min(args.n, len(usable))))
    put = left = equal = only = again = own = 0
    for name in chosen:
        first = clean(texts[name])
        own += first.changed
        own_ok = only_deletions(texts[name], first.text)
        dirty, count = injected(first.text, rng, args.most)
        if args.keep:
            (args.keep / f"{name}.md").write_text(dirty, encoding="utf-8")
        result = clean(dirty)
        same = RENDER.render(result.text) == RENDER.render(first.text)
        fits = own_ok and only_deletions(dirty, result.text)
        put, equal, only = put + count, equal + same, only + fits
        left += 0 if same else count - (len(dirty) - len(result.text)) * count // max(len(dirty) - len(first.text), 1)
        again += clean(result.text).changed
        if args.show and not (same and fits):
            shown = (first.text, result.text) if not same else (texts[name], first.text)
            print("\n".join(difflib.unified_diff(*(t.splitlines() for t in shown), lineterm="", n=1)))
        if not (same and fits):
            print(
                f"{name}: {'' if same else 'not the HTML of the text without repeats'}{'' if fits else '; more than deleted'}"
            )
    print(f"{len(chosen)} texts, {own} with repeats of their own, {put} paragraphs said again")
    print(f"HTML differs by deleted blocks only: {only}; is that of the text without the repeats: {equal}")
    print(f"about {left} repeats left; changed when cleaned again: {again}")


if __name__ == "__main__":
    main()
