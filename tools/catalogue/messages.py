"""The messages of the program, and the catalogue of a language brought up to them.

    python tools/catalogue/messages.py

takes what is new into src/dedupe_cli/locale/*/LC_MESSAGES/dedupe.po, what is gone out of it, and compiles it. What is
not translated is told. tests/test_language.py holds the catalogue to this.

A message is: what is given to `_`, `ngettext`, `count` and `marked`; the text and the hint of an error, and lines of
the console; help, examples and the first words of commands; the pages of rules; messages in templates and scripts. Of a
text with values in it (an f-string) the values become fields: f"{path}: no such file" is "{path}: no such file".
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dedupe_cli.gate.rules import ACCEPT, MENDED, UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dedupe_cli"
LOCALE = SOURCE / "locale"
# Calls whose words are said to people: of methods of the console the first argument, of errors all.
SPOKEN = {"say", "warn", "line"}
ERRORS = re.compile(r"(?:[A-Z]\w*)?(?:Error|Failure|Fix|_Refused)$")
# Names that hold words for an error or a note.
HELD = {"hint", "hints", "why", "message", "what", "reason", "wrong", "fault", "has", "otherwise"}
# Modules whose texts are the messages of findings and notes, or of readers that name what is wrong.
WHOLE = (
    "gate/messages.py", "gate/findings.py", "gate/blocks.py", "gate/pages.py",
    "gate/since.py", "gate/baseline.py", "gate/ignore.py", "planning/notes.py", "planning/merge.py", "checking.py",
    "model.py", "read/load.py",
    "read/bounds.py", "corpus/rows.py", "read/formats/choose.py", "read/discover.py", "cli/help.py", "cli/memory.py",
)  # fmt: skip
FIELD = re.compile(r"\{[A-Za-z_]\w*\}")
# The context of messages that are looked for by what they made.
CONTEXT = "said"
# Words that are put together of others, or come from the system: no text in the source has them.
MADE = (
    "line {n}", "paragraph {n}", "cue {n}", "segment {n}", "cue {n} at {time}", "segment {n} at {time}",
    "record {n}, {field}", "{field}, line {n}", "no such file or directory", "permission denied", "is a directory", "{path}: is a directory",
    "not a directory", "no space left on device", "file name too long", "read-only file system", "binary", "{size} MiB",
    "working", "comparing files", "--adjacent compares lines", "it is a percentage; try {flag} {value}", "{n} copies", "{n} passages", "{n} versions",
)  # fmt: skip
WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z{]|[a-z]{2,} \{|\} [a-z]{2,}|[a-z]{3,}")


class Message(NamedTuple):
    """A message; ``spoken``: it has fields, and is what a value says, which is looked for by what it made."""

    one: str
    many: str = ""
    spoken: bool = False


def messages() -> list[Message]:
    """Return all messages, in order."""
    found: dict[str, str] = {}
    spoken: set[str] = set()
    for one in MADE:
        spoken.add(one) if FIELD.search(one) else found.setdefault(one, "")
    for path in sorted(SOURCE.rglob("*.py")):
        for one, many in _Python(path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))).found():
            if many is None and FIELD.search(one):
                spoken.add(one)
            else:
                found[one] = found.get(one) or many or ""
    for path in (*sorted(SOURCE.rglob("*.jinja")), *sorted(SOURCE.rglob("*.js"))):
        text = path.read_text("utf-8")
        found.update((one, "") for one in re.findall(r'\b_\("((?:[^"\\]|\\.)+)"', text))
        found.update(re.findall(r'ngettext\("([^"]+)", "([^"]+)"', text))
        found.update((f"{{n}} {noun}", f"{{n}} {noun}s") for noun in re.findall(r'\bcount\([^)]*, "([^"]+)"\)', text))
    for path in sorted((SOURCE / "gate" / "pages").glob("*.toml")):
        row = tomllib.loads(path.read_text("utf-8"))
        found[row.get("title", "")] = ""
        found.update((each.get("name", ""), "") for each in row.get("example", ())[:2])
        found.update((one, "") for key in ("what", "why", "accept") for one in _paragraphs(row.get(key, "")))
    found.update((one, "") for one in _paragraphs(UNSEEN))
    spoken.update(one for page in (MENDED, ACCEPT) for one in _paragraphs(page))
    every = [Message(one, many) for one, many in found.items() if one]
    return sorted([*every, *(Message(one, spoken=True) for one in spoken)])


def _paragraphs(text: str) -> list[str]:
    return [words for part in text.strip().split("\n\n") if (words := " ".join(part.split()))]


class _Python:
    """The messages of one module."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.tree = name, tree
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        asked = [each for node in calls if getattr(node.func, "id", "") in {"_", "ngettext"} for each in node.args[:2]]
        # Names that are given to `_` in the place of a text.
        self.names = {each.id for each in asked if isinstance(each, ast.Name)}
        # Functions that make the hint of an error.
        hints = [each.value for node in calls for each in node.keywords if each.arg == "hint"]
        self.hinting = {getattr(each.func, "id", "") for each in hints if isinstance(each, ast.Call)}

    def found(self) -> Iterator[tuple[str, str | None]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield from self._call(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                yield from self._assigned(node)
            elif isinstance(node, ast.FunctionDef) and node.name in self.hinting:
                made = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
                yield from ((one, None) for each in made for one in _texts(each))
            elif isinstance(node, ast.FunctionDef) and self.name.startswith("cli/") and _is_command(node):
                yield from ((one, "") for one in _paragraphs(inspect.cleandoc(ast.get_docstring(node) or "")))
        if self.name in WHOLE:
            yield from ((one, None) for one in _whole(self.tree))

    def _call(self, node: ast.Call) -> Iterator[tuple[str, str | None]]:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else None
        keywords = {each.arg: each.value for each in node.keywords}
        if called == "_" and first is not None:
            yield from ((one, "") for one in _texts(first, every=True))
        elif called == "ngettext":
            forms = [list(_texts(each, every=True)) for each in node.args[:2]]
            yield from zip(*forms, strict=True) if all(forms) else ()
        elif (
            called in {"count", "counted", "_listed"} and len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
        ):
            nouns = [each.value for each in node.args[1:3] if isinstance(each, ast.Constant)]
            if isinstance(nouns[0], str):
                yield f"{{n}} {nouns[0]}", f"{{n}} {nouns[1] if len(nouns) > 1 else nouns[0] + 's'}"
        elif called == "marked" and first is not None:
            yield from _marked(first)
        elif called in SPOKEN and first is not None:
            yield from ((one, None) for one in _texts(first))
        elif ERRORS.search(called):
            for each in (*node.args, *(keywords[key] for key in ("hint", "reason") if key in keywords)):
                yield from ((one, None) for one in _texts(each))
        elif called == "Cleaner":
            yield from ((one, None) for one in _texts(node.args[1]))
        elif called in {"_option", "_path", "_list", "_words"} and self.name in {"policy.py", "settings.py"}:
            yield from ((one, None) for each in node.args[1:2] for one in _texts(each))
        if "examples" in keywords and self.name.startswith("cli/"):
            yield from _marked(keywords["examples"])
        if "help" in keywords and self.name.startswith("cli/"):
            yield from ((one, None) for one in _texts(keywords["help"]))

    def _assigned(self, node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, str | None]]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pair = {each.id for each in targets[0].elts if isinstance(each, ast.Name)}
            forms = [each.value for each in node.value.elts if isinstance(each, ast.Constant)]
            if pair <= self.names and len(forms) == 2:
                yield str(forms[0]), str(forms[1])
            return
        names = {each.id for each in targets if isinstance(each, ast.Name)}
        assert node.value is not None
        if names & self.names:
            yield from ((one, "") for one in _texts(node.value))
        if any(name.endswith("EXAMPLES") for name in names):
            yield from _marked(node.value)
        elif {name.strip("_").lower() for name in names} & HELD or (self.name == "cli/help.py" and "words" in names):
            yield from ((one, None) for one in _texts(node.value))


def _is_command(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Call) and ast.unparse(each.func) in {"click.command", "click.group"}
               for each in node.decorator_list)  # fmt: skip


def _marked(node: ast.expr) -> Iterator[tuple[str, str | None]]:
    """Yield the words of a table: of a dictionary its values, of pairs that begin with a command the second."""
    if isinstance(node, ast.Call):
        yield from (pair for each in node.args for pair in _marked(each))
    elif isinstance(node, ast.Dict):
        yield from (pair for each in node.values for pair in _marked(each))
    elif isinstance(node, ast.Tuple):
        words = [each.value for each in node.elts if isinstance(each, ast.Constant)]
        if len(words) == len(node.elts) == 2 and words[0].startswith("{n}"):
            yield words[0], words[1]
            return
        command = len(words) == 2 and "dedupe" in words[0]
        yield from (pair for each in node.elts[command:] for pair in _marked(each))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value, ""


def _texts(node: ast.expr, *, every: bool = False) -> Iterator[str]:
    """Yield the texts that an expression may be, fields for values; with ``every`` also those without words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if every or WORDS.search(node.value):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        text = _template(node)
        if WORDS.search(re.sub(r"\{\w+\}", "", text)):
            yield text
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _texts(part.value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, every=every)
        yield from _texts(node.orelse, every=every)
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each, every=every)
    elif isinstance(node, ast.BinOp):
        yield from _texts(node.left)
        yield from _texts(node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "format":
            yield from _texts(node.func.value)
        for each in node.args if node.func.attr in {"join", "get"} else ():
            yield from _texts(each)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for each in node.elts:
            yield from _texts(each)
    elif isinstance(node, ast.Dict):
        for each in node.values:
            yield from _texts(each)
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value)


def _template(node: ast.JoinedStr) -> str:
    """Return an f-string with a field for each value; values that stand side by side are one."""
    out, names, beside = "", dict[str, str](), False
    for part in node.values:
        if isinstance(part, ast.Constant):
            out += str(part.value).replace("{", "{{").replace("}", "}}")
            beside = False
        elif not beside:
            assert isinstance(part, ast.FormattedValue)
            said = ast.unparse(part.value)
            if said not in names:
                name = re.findall(r"[A-Za-z]\w*", said)[-1:] if re.fullmatch(r"[\w.]+", said) else []
                name = name or ["value"]
                while name[0] in names.values():
                    name = [name[0] + "_"]
                names[said] = name[0]
            out += f"{{{names[said]}}}"
            beside = True
    return out


def _whole(tree: ast.Module) -> Iterator[str]:
    """Yield every text of a module but documentation, keys and patterns."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            skipped.add(id(node.body[0].value))  # type: ignore[attr-defined]
        called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if called in {"compile", "sub", "LookupError", "replace", "startswith", "get", "split"}:
            skipped |= {id(each) for each in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(each) for each in node.values if isinstance(each, ast.Constant)}
    for node in ast.walk(tree):
        if id(node) not in skipped and isinstance(node, (ast.Constant, ast.JoinedStr)):
            for text in _texts(node):
                if (" " in text.strip() or "\n" in text) and text[-1:] != " " and text[:2] != "{{":
                    yield from _paragraphs(text) if "\n" in text else (text,)


def place(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "dedupe.po"


def catalogue(language: str) -> Catalog:
    """Read the catalogue of a language."""
    with place(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """Return the catalogue with the messages of the program, those that are new without words."""
    old = catalogue(language)
    new = Catalog(locale=language, header_comment=old.header_comment, project="dedupe-cli", version="", fuzzy=False)
    new.mime_headers = [(key, value) for key, value in old.mime_headers if key in {
        "Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}]  # fmt: skip
    for one, many, spoken in messages():
        known = old.get(one, CONTEXT if spoken else None) or old.get(one, None if spoken else CONTEXT)
        words = known.string if known else ""
        words = words[0] if isinstance(words, (tuple, list)) else words
        new.add((one, many) if many else one, (words,) if many else words, context=CONTEXT if spoken else None)
    return new


def text_of(catalog: Catalog) -> bytes:
    """Return a catalogue as the file holds it: no dates, so that equal catalogues are equal files."""
    import io

    stream = io.BytesIO()
    write_po(stream, catalog, width=120, omit_header=False)
    dated = re.compile(rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|'
                       rb'Report-Msgid-Bugs-To|Project-Id-Version).*\n', re.MULTILINE)  # fmt: skip
    return dated.sub(b"", stream.getvalue())


def compiled(catalog: Catalog) -> bytes:
    """Return the compiled catalogue."""
    import io

    catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    catalog.project, catalog.version, catalog.last_translator, catalog.language_team = "dedupe-cli", "", "", "zh"
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def main() -> int:
    """Bring all catalogues up to date."""
    left = 0
    for folder in sorted(LOCALE.iterdir()):
        new = updated(folder.name)
        path = place(folder.name)
        path.write_bytes(text_of(new))
        path.with_suffix(".mo").write_bytes(compiled(catalogue(folder.name)))
        open_ = [entry.id for entry in new if entry.id and not any(entry.string)]
        left += len(open_)
        print(f"{path.relative_to(ROOT)}: {len(new)} messages, {len(open_)} not translated")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
