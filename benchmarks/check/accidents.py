"""Accidents put into real documentation: how many of them fail a build, how many are told, and what else is.

    python benchmarks/check/accidents.py --tree docs --seed 1 --each 4
    python benchmarks/check/accidents.py --tree docs --tree other --seed 1 --missed /tmp/missed.txt

A tree is any folder of Markdown or reStructuredText (it is copied, and only read). Its copy is committed, all findings
of it go into a baseline, then the accidents are put in, at most one into each file, and what `check --across` says of
the change is compared with what was done. `fails`: an error has a place on the lines of the accident; `told`: any
finding has. `else`: errors that are about no accident. The same seed makes the same accidents.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

KINDS = (
    "paragraph", "typos", "rewrapped", "section", "section-within", "list", "table", "code", "item", "page", "split",
    "number", "negation", "short", "short-within",
)  # fmt: skip
ENDINGS = {".md", ".rst", ".markdown"}
_UNIT = re.compile("[\u3400-\u9fff]|[^\\W_\u3400-\u9fff]+")
_HAN = re.compile("[\u3400-\u9fff]")
_NUMBER = re.compile(r"(?<![\w.`/-])[1-9]\d{0,3}(?![\w.`/-])")
_NOT = [(" is ", " is not "), (" can ", " cannot "), (" will ", " will not "), ("可以", "不可以"), ("需要", "不需要")]
_NOT += [(" are ", " are not "), (" should ", " should not "), ("应该", "不应该"), ("支持", "不支持"), ("是", "不是")]
_LISTED = re.compile(r"(?:[-*+]|\d{1,2}[.)])[ \t]+\S")


@dataclass(frozen=True)
class Block:
    """One block of a text: what it is (``prose``, ``list``, ``table``, ``code``, ``heading``), first line, last + 1."""

    kind: str
    first: int
    last: int
    text: str

    @property
    def units(self) -> int:
        return len(_UNIT.findall(self.text))


@dataclass(frozen=True)
class Accident:
    """What was done: the file and its lines (from 1, the last included), and what was put there."""

    kind: str
    path: str
    first: int
    last: int
    text: str


def blocks(lines: Sequence[str]) -> list[Block]:
    """Split a text at its blank lines; a fenced block is one block whatever is in it."""
    out, at = [], 0
    if lines[:1] == ["---"] and "---" in lines[1:]:  # front matter
        at = lines.index("---", 1) + 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        first, fence = at, re.match(r"(```+|~~~+)", lines[at])
        if fence:
            at += 1
            while at < len(lines) and not lines[at].startswith(fence[1]):
                at += 1
            at = min(at + 1, len(lines))
        else:
            while at < len(lines) and lines[at].strip() and not lines[at].startswith(("```", "~~~")):
                at += 1
        text = "\n".join(lines[first:at])
        out.append(Block(_kind(text, fenced=bool(fence)), first, at, text))
    return out


def _kind(text: str, *, fenced: bool) -> str:
    lines = text.split("\n")
    if fenced:
        return "code"
    if re.match(r"#{1,6} ", text):
        return "heading" if len(lines) == 1 else "other"
    if all(line.lstrip().startswith("|") for line in lines) and len(lines) > 3:
        return "table"
    if sum(bool(_LISTED.match(line)) for line in lines) >= 3 and _LISTED.match(text):
        return "list"
    plain = re.match(r"[\w\"“‘《「(*`]", text) and not re.search(
        r"::$|^[|=+~^*-]{3,}|^ *<|^\.\. |^\s{2,}", text, re.MULTILINE
    )
    return "prose" if plain and not _LISTED.match(text) and "http" not in text else "other"


class Tree:
    """The texts of a folder, by their names from it."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(p for p in folder.rglob("*") if p.suffix in ENDINGS and p.is_file())
        self.lines = {}
        for path in paths:
            text = path.read_bytes().decode("utf-8", "replace")
            if "\r" not in text and "\ufffd" not in text and text.count("\n") > 8:
                self.lines[str(path.relative_to(folder))] = text.split("\n")
        self.blocks = {name: blocks(lines) for name, lines in self.lines.items()}


class Generator:
    """Puts accidents into the texts of a tree, each into a file of its own."""

    def __init__(self, tree: Tree, seed: int) -> None:
        self.tree, self.chance = tree, random.Random(seed)
        self.changed: dict[str, list[str]] = {}
        self.used: set[str] = set()

    def make(self, kind: str) -> Accident | None:
        """Make one accident of a kind; ``None`` where the tree has nothing for it."""
        way: dict[str, Callable[[], Accident | None]] = {
            "item": self._item, "page": self._page, "split": self._split, "short-within": lambda: self._within(kind),
            "section": lambda: self._section(kind), "section-within": lambda: self._section(kind),
        }  # fmt: skip
        return way.get(kind, lambda: self._block(kind))()

    def _blocks(self, kind: str, low: int, high: int = 400) -> Iterator[tuple[str, Block]]:
        names = list(self.tree.blocks)
        self.chance.shuffle(names)
        for name in names:
            if name in self.used:
                continue
            some = [b for b in self.tree.blocks[name] if b.kind == kind and low <= b.units < high]
            if some:
                yield name, self.chance.choice(some)

    def _put(self, kind: str, name: str, at: int, text: str, *, source: str) -> Accident:
        """Put a text between two blocks of a file."""
        lines = list(self.tree.lines[name])
        new = text.split("\n")
        lines[at:at] = [*new, ""]
        self.changed[name] = lines
        self.used |= {name, source}
        return Accident(kind, name, at + 1, at + len(new), text)

    def _target(self, source: str) -> tuple[str, int] | None:
        """Return another file of the same kind, and a place between two of its blocks."""
        han = self._is_han(source)
        names = [
            name for name in self.tree.lines
            if name != source and name not in self.used and Path(name).suffix == Path(source).suffix
            and self._is_han(name) == han
        ]  # fmt: skip
        self.chance.shuffle(names)
        for name in names:
            starts = [b.first for b in self.tree.blocks[name][1:] if b.kind in {"heading", "prose"}]
            if starts:
                return name, self.chance.choice(starts)
        return None

    def _is_han(self, name: str) -> bool:
        text = "".join(self.tree.lines[name])
        return len(_HAN.findall(text)) * 10 > len(text)

    def _block(self, kind: str) -> Accident | None:
        of = {"list": "list", "table": "table", "code": "code"}.get(kind, "prose")
        low, high = (
            (18, 40) if kind == "short" else (25, 400) if of != "prose" or kind in {"number", "negation"} else (45, 400)
        )
        for name, block in self._blocks(of, low, high):
            text = self._changed(kind, block.text)
            if text is None:
                continue
            if kind in {"list", "table", "code"} and self.chance.random() < 0.5:
                starts = [
                    b.first
                    for b in self.tree.blocks[name]
                    if b.first > block.last + 3 and b.kind in {"heading", "prose"}
                ]
                if not starts:
                    continue
                return self._put(kind, name, self.chance.choice(starts), text, source=name)
            target = self._target(name)
            if target:
                return self._put(kind, *target, text, source=name)
        return None

    def _changed(self, kind: str, text: str) -> str | None:
        if kind == "typos":
            return self._typos(text)
        if kind == "rewrapped":
            return self._rewrapped(text)
        if kind == "number":
            found = list(_NUMBER.finditer(text))
            if not found:
                return None
            one = self.chance.choice(found)
            return text[: one.start()] + str(int(one[0]) + self.chance.randint(1, 9)) + text[one.end() :]
        if kind == "negation":
            some = [(a, b) for a, b in _NOT if text.count(a) == 1 and b not in text]
            return text.replace(*self.chance.choice(some)) if some else None
        return text

    def _typos(self, text: str) -> str | None:
        """Exchange two neighbouring letters, or leave one character out, in one of forty or so."""
        places = [
            m.start() for m in re.finditer(r"(?<=[a-z]{2})[a-z][a-z](?=[a-z])|[\u3400-\u9fff](?=[\u3400-\u9fff])", text)
        ]
        many = max(1, len(text) // (60 if _HAN.search(text) else 150))
        if len(places) < many:
            return None
        for at in sorted(self.chance.sample(places, many), reverse=True):
            text = (
                text[:at]
                + (text[at + 1] + text[at] if text[at].isascii() else "")
                + text[at + (2 if text[at].isascii() else 1) :]
            )
        return text

    def _rewrapped(self, text: str) -> str | None:
        if _HAN.search(text):
            found = [m.end() for m in re.finditer("[，。；]", text[:-8])]
            if not found:
                return None
            at = self.chance.choice(found)
            return text[:at] + "\n" + text[at:].lstrip()
        words = text.split()
        rows, row = [], ""
        for word in words:
            if row and len(row) + len(word) > 62:
                rows.append(row)
                row = word
            else:
                row = f"{row} {word}".strip()
        return "\n".join([*rows, row])

    def _section(self, kind: str) -> Accident | None:
        names = list(self.tree.blocks)
        self.chance.shuffle(names)
        for name in names:
            if name in self.used:
                continue
            found = self.tree.blocks[name]
            heads = [n for n, b in enumerate(found) if b.kind == "heading"]
            some = []
            for one, two in zip(heads, [*heads, len(found)][1:], strict=True):
                body = found[one + 1 : two]
                if (
                    1 < len(body) < 8
                    and sum(b.units for b in body if b.kind in {"prose", "list"}) >= 45
                    and two < len(found)
                ):
                    some.append((one, two))
            if not some:
                continue
            one, two = self.chance.choice(some)
            text = "\n".join(self.tree.lines[name][found[one].first : found[two - 1].last])
            if kind == "section-within":
                later = [found[n].first for n in heads if n >= two]
                return self._put(kind, name, self.chance.choice(later), text, source=name) if later else None
            target = self._target(name)
            if target:
                return self._put(kind, *target, text, source=name)
        return None

    def _item(self) -> Accident | None:
        for name, block in self._blocks("list", 40):
            lines = block.text.split("\n")
            heads = [n for n, line in enumerate(lines) if _LISTED.match(line)]
            rows = [(a, b) for a, b in zip(heads, [*heads, len(lines)][1:], strict=True)]
            some = [(a, b) for a, b in rows if len(_UNIT.findall("\n".join(lines[a:b]))) >= 13]
            if not some:
                continue
            a, b = self.chance.choice(some)
            before = [x for x, _ in rows if x > b]
            at = block.first + (self.chance.choice(before) if before else b)
            whole, new = list(self.tree.lines[name]), lines[a:b]
            whole[at:at] = new
            self.changed[name] = whole
            self.used.add(name)
            return Accident("item", name, at + 1, at + len(new), "\n".join(new))
        return None

    def _within(self, kind: str) -> Accident | None:
        for name, block in self._blocks("prose", 13, 25):
            starts = [
                b.first for b in self.tree.blocks[name] if b.first > block.last + 3 and b.kind in {"heading", "prose"}
            ]
            if starts:
                return self._put(kind, name, self.chance.choice(starts), block.text, source=name)
        return None

    def _page(self) -> Accident | None:
        names = [n for n in self.tree.lines if n not in self.used and sum(b.units for b in self.tree.blocks[n]) > 150]
        if not names:
            return None
        name = self.chance.choice(names)
        lines = list(self.tree.lines[name])
        for n in self.chance.sample(range(len(lines)), max(1, len(lines) // 100)):  # one line in a hundred has gone
            lines[n] = ""
        path = Path(name)
        new = str(path.with_name(f"{path.stem}{self.chance.choice([' (copy)', '-2', '-new', '_old'])}{path.suffix}"))
        self.changed[new] = lines
        self.used.add(name)
        return Accident("page", new, 1, len(lines), "")

    def _split(self) -> Accident | None:
        """Make a new page of the middle of a long one, which stays as it is."""
        names = [
            n
            for n in self.tree.lines
            if n not in self.used and sum(b.kind == "heading" for b in self.tree.blocks[n]) > 4
        ]
        self.chance.shuffle(names)
        for name in names:
            found = self.tree.blocks[name]
            heads = [b.first for b in found if b.kind == "heading"]
            at = self.chance.randrange(len(heads) - 2)
            lines = self.tree.lines[name][heads[at] : heads[min(at + 3, len(heads) - 1)]]
            if sum(len(_UNIT.findall(line)) for line in lines) < 100:
                continue
            lines = [line for n, line in enumerate(lines) if not line.strip() or (n * 7919) % 100 >= 10]
            path = Path(name)
            new = str(path.with_name(f"{path.stem}-part-{at + 1}{path.suffix}"))
            self.changed[new] = lines
            self.used.add(name)
            return Accident("split", new, 1, len(lines), "")
        return None


def check(folder: Path, *options: str) -> dict[str, Any]:
    """What ``check --across`` reports of a folder. Raises ``RuntimeError`` where it fails."""
    command = [sys.executable, "-m", "dedupe_cli", "check", "--across", "-f", "json", *options, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in {0, 1} or not done.stdout:
        raise RuntimeError(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def prepared(source: Path, folder: Path) -> None:
    """Copy the texts of a tree, put its findings into a baseline, and commit it."""
    for path in source.rglob("*"):
        if path.suffix in ENDINGS and path.is_file():
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    (folder / "dedupe.toml").write_text('across = true\ncache-dir = ".cache"\n')
    (folder / ".gitignore").write_text(".cache\n")
    command = [sys.executable, "-m", "dedupe_cli", "baseline", "write", "-q"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "as it was")


@dataclass
class Tally:
    made: int = 0
    fails: int = 0
    told: int = 0


def measured(
    source: Path, seed: int, each: int, missed: list[str], tallies: dict[str, Tally], rounds: int
) -> Counter[str]:
    """Put accidents into a tree and count what becomes of them; also return the other errors, by rule."""
    more: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(source, folder)
        tree = Tree(folder)
        for number in range(rounds):
            generator = Generator(tree, seed + number)
            made = [one for kind in KINDS for _ in range(each) if (one := generator.make(kind))]
            for path, lines in generator.changed.items():
                (folder / path).write_text("\n".join(lines), encoding="utf-8")
            found = [g for g in check(folder, "--since", "HEAD")["groups"] if g["status"] == "new"]
            for one in made:
                mine = [g for g in found if any(_on(m, one) for m in g["members"])]
                tally = tallies.setdefault(one.kind, Tally())
                fails = any(g["severity"] == "error" for g in mine)
                tally.made, tally.told, tally.fails = tally.made + 1, tally.told + bool(mine), tally.fails + fails
                if not fails:
                    codes = ", ".join(sorted({f"{g['rule']} {g['severity']}" for g in mine})) or "not seen"
                    missed.append(f"## {one.kind}: {source.name}/{one.path}:{one.first}: {codes}\n\n{one.text}\n")
            for group in found:
                if group["severity"] == "error" and not any(_on(m, one) for m in group["members"] for one in made):
                    more[group["rule"]] += 1
                    where = "; ".join(f"{m['path']}:{m['start']['line']}" for m in group["members"][:3])
                    missed.append(f"## else: {group['rule']} {where}: {group['message']}\n")
            git(folder, "checkout", "-q", ".")
            git(folder, "clean", "-qfd")
    return more


def _on(member: dict[str, Any], one: Accident) -> bool:
    end = member["end"]["line"] - (member["end"]["column"] == 1)
    return member["path"] == one.path and member["start"]["line"] <= one.last and end >= one.first


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, action="append", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=2, help="accidents of each kind, in each round and tree")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--missed", type=Path, help="where the accidents go that fail nothing: texts of others")
    given = parser.parse_args()
    tallies: dict[str, Tally] = {}
    missed: list[str] = []
    more: Counter[str] = Counter()
    for tree in given.tree:
        more += measured(tree.resolve(), given.seed, given.each, missed, tallies, given.rounds)
    print("| accident | made | fails | told |\n|---|---|---|---|")
    for kind in KINDS:
        if kind in tallies:
            t = tallies[kind]
            print(f"| {kind} | {t.made} | {t.fails} | {t.told} |")
    made, fails, told = (sum(getattr(t, k) for t in tallies.values()) for k in ("made", "fails", "told"))
    print(
        f"| all | {made} | {fails} ({100 * fails / max(made, 1):.0f} %) | {told} ({100 * told / max(made, 1):.0f} %) |"
    )
    print(f"\nother new errors: {more.total()} {dict(more) or ''}")
    if given.missed:
        given.missed.write_text("\n".join(missed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
