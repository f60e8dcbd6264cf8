"""What a project asks for beside the engine: files, rules, what is ignored, what fails; declared as settings are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

# A part takes no part, goes with the blocks around it only, or is compared as a whole, too.
Part = Literal["skip", "beside", "check"]

# The forms of a report; ``full`` is laid out for a terminal.
FORMATS = (
    "full", "concise", "json", "jsonl", "github", "gitlab", "junit", "sarif", "rdjsonl", "markdown", "csv",
)  # fmt: skip
# The formats of files by name, as ``--type`` takes them, and the endings of names that mean them.
TYPES: dict[str, tuple[str, ...]] = {
    "text": ("txt", "text"), "vtt": ("vtt",), "srt": ("srt",), "whisper": ("json",), "jsonl": ("jsonl", "ndjson"),
    "csv": ("csv",), "tsv": ("tsv", "tab"), "docx": ("docx",), "html": ("html", "htm", "xhtml"),
    "markdown": ("md", "markdown", "mdx", "mdown", "mkd", "mkdn"),
}  # fmt: skip
# Files that hold prose; of others a folder has too many, and they are read when they are named. Pages of HTML are
# mostly made of such files, and JSON and tables are data: `include` or `[types]` asks for them.
TEXTS = (
    "*.txt", "*.text", "*.md", "*.markdown", "*.mdx", "*.rst", "*.adoc", "*.asciidoc", "*.tex", "*.org", "README",
    "*.vtt", "*.srt", "*.docx",
)  # fmt: skip
# Of those that are no texts the names.
DOCUMENTS = ("*.docx",)
# The parts of Markdown that are no prose.
PARTS = ("front_matter", "code", "html", "tables", "headings", "definitions")
# Folders of others' texts, and what Word leaves beside a document that is open.
OTHERS = ("~$*", "node_modules", "venv", "site-packages", "__pycache__", "vendor", "third_party")


def _option(default: Any, text: str, kind: str, **meta: Any) -> Any:
    return field(default=default, metadata={"help": text, "kind": kind, **meta})


def _part(default: Part, text: str) -> Any:
    return _option(default, text, "choice", choices=("skip", "beside", "check"), table="markdown", group="ignoring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for one folder.

    ``kind`` is the kind of value, ``flag`` the option of the command line (absent: the configuration only), ``group``
    what it is about, ``table`` the table of the configuration file that the key stands in, ``metavar`` what its value
    is called in the help where the kind does not say it.
    """

    include: tuple[str, ...] = _option(
        TEXTS, "Files of folders that are read.", "globs", flag="--include", group="files"
    )
    exclude: tuple[str, ...] = _option(
        OTHERS, "What of folders is left out, instead of the usual.", "globs", flag="--exclude", group="files"
    )
    extend_exclude: tuple[str, ...] = _option(
        (), "What of folders is left out besides.", "globs", flag="--extend-exclude", group="files"
    )
    protect: tuple[str, ...] = _option(
        (), "Files that are never edited; what they say is kept, and gone from the others.", "globs",
        flag="--protect", group="files",
    )  # fmt: skip
    types: tuple[tuple[str, str], ...] = _option(
        (), "What the files of a pattern are, whatever their names end in; in folders they are read, too.", "types",
        choices=tuple(TYPES), group="files",
    )  # fmt: skip
    respect_gitignore: bool = _option(
        True, "Read .gitignore and .dedupeignore, or no ignore file.", "bool", flag="--no-ignore", group="files"
    )
    hidden: bool = _option(
        False, "Read files and folders that begin with a dot.", "bool", flag="--hidden", group="files"
    )
    follow: bool = _option(False, "Follow symbolic links in folders.", "bool", flag="--follow", group="files")
    max_file_size: int = _option(
        10 << 20,
        "Largest file that is read when a folder is walked; 0: any.",
        "size",
        flag="--max-file-size",
        group="files",
    )
    select: tuple[str, ...] = _option(
        (), "Rules that are on: codes, names, prefixes.", "rules", flag="--select", group="rules"
    )
    ignore: tuple[str, ...] = _option((), "Rules that are off.", "rules", flag="--ignore", group="rules")
    extend_select: tuple[str, ...] = _option(
        (), "Rules that are on besides.", "rules", flag="--extend-select", group="rules"
    )
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = _option(
        (), "Rules that are off in the files of a pattern.", "map", group="rules"
    )
    markers: bool = _option(
        True, "Heed the ignore markers in the texts.", "bool", flag="--no-markers", group="ignoring"
    )
    ignore_patterns: tuple[str, ...] = _option(
        (), "Regular expressions: paragraphs in which one is found take no part.", "regexes", group="ignoring"
    )
    boilerplate: tuple[str, ...] = _option(
        (), "Files of accepted passages: what is like one of their paragraphs takes no part.", "paths", group="ignoring"
    )
    markdown_front_matter: Part = _part("beside", "Lines of the front matter of Markdown files.")
    markdown_code: Part = _part("beside", "Code of Markdown and reStructuredText files.")
    markdown_html: Part = _part("beside", "Blocks of HTML in Markdown files.")
    markdown_tables: Part = _part("beside", "Tables of Markdown and reStructuredText files.")
    markdown_headings: Part = _part("beside", "Headings of Markdown files.")
    markdown_definitions: Part = _part("beside", "Definitions of links in Markdown files.")
    markdown_quotes: Part = _part("check", "Block quotes of Markdown files.")
    across: bool = _option(
        False, "Compare files, and records, with each other, too.", "bool", flag="--across", group="between"
    )
    reference: tuple[str, ...] = _option(
        (), "Files that the others are compared with, and that keep their text.", "paths", flag="--reference",
        group="between",
    )  # fmt: skip
    prefer: tuple[str, ...] = _option(
        (), "Between files, the ones that keep what several say; the first pattern comes first.", "globs",
        flag="--prefer", group="between",
    )  # fmt: skip
    scopes: tuple[tuple[str, ...], ...] = _option(
        (), "Trees, each a list of patterns, that are not compared with each other.", "scopes", group="between"
    )
    encodings: tuple[str, ...] = _option(
        (), "Encodings to guess among. Default: gb18030, big5, utf-16 and others.", "codecs", flag="--encodings",
        group="reading",
    )  # fmt: skip
    jobs: int = _option(
        0, "Files worked on at the same time; 0: as many as there are processors. Default: 0.", "int",
        low=0, high=4096, flag="--jobs", short="-j", group="run",
    )  # fmt: skip
    output_format: str = _option(
        "auto", "Form of the report. Default: the ten surest findings; github in GitHub Actions.", "choice",
        choices=("auto", *FORMATS), table="output", flag="--format", short="-f", group="output",
    )  # fmt: skip
    output_reports: tuple[str, ...] = _option(
        (), "Write the report to FILE in this form besides; as often as you like.", "reports", table="output",
        flag="--report", group="output",
    )  # fmt: skip
    display_layout: Literal["auto", "inline", "side", "unified"] = _option(
        "auto", "Cards (inline, side) or a patch (unified). Default: cards on a terminal, else a patch.", "choice",
        choices=("auto", "inline", "side", "unified"), table="display", flag="--layout", group="layout",
    )  # fmt: skip
    display_ambiguous_wide: bool = _option(
        False, "The terminal draws characters such as \u201c \u2026 \u2460 two columns wide.", "bool",
        table="display", flag="--ambiguous-wide", group="display",
    )  # fmt: skip
    display_ascii: bool = _option(
        False, "Draw with ASCII characters only; texts stay as they are. By itself where the terminal has no others.",
        "bool", table="display", flag="--ascii", group="display",
    )  # fmt: skip
    cache: bool = _option(True, "Keep what was computed for the next run.", "bool", flag="--no-cache", group="cache")
    cache_dir: str = _option(
        "", "Folder of the cache. Default: one in the user's cache folder.", "path", flag="--cache-dir", group="cache",
        metavar="DIR",
    )  # fmt: skip
    baseline: str = _option(
        "", "File of accepted findings. Default: .dedupe-baseline.json beside the configuration, when it is there.",
        "path", flag="--baseline", group="gate",
    )  # fmt: skip
    fail_level: Literal["error", "warning", "info", "note"] = _option(
        "error",
        "Least severity that fails.",
        "choice",
        choices=("error", "warning", "info", "note"),
        flag="--fail-level",
        group="fail",
    )
    max_groups: int | None = _option(
        None, "Fail only when there are more findings than this.", "int", low=0, high=1_000_000,
        flag="--max-groups", group="fail",
    )  # fmt: skip
    max_duplication: float | None = _option(
        None, "Fail only when more of the text than this is repeated.", "float", low=0.0, high=100.0,
        flag="--max-duplication", group="fail",
    )  # fmt: skip

    def skipped_parts(self) -> frozenset[str]:
        """Return the parts of Markdown that take no part: ``front_matter``, ``code``, ``tables``, ..."""
        prefix = "markdown_"
        names = [name for name in self.__slots__ if name.startswith(prefix)]
        return frozenset(name.removeprefix(prefix) for name in names if getattr(self, name) == "skip")

    def checked_parts(self) -> frozenset[str]:
        """Return the parts of Markdown that are no prose and are to be checked all the same."""
        return frozenset(part for part in PARTS if getattr(self, f"markdown_{part}") == "check")
