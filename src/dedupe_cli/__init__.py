"""Take a text that repeats itself, give back the text that says everything once.

    >>> import dedupe_cli
    >>> dedupe_cli.__version__.count(".")
    2

The public names are loaded on first use, so that ``import dedupe_cli`` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of the module typing, which takes longer to load than all of this
if TYPE_CHECKING:
    from dedupe_cli.api import Result, apply_plan, clean, clean_file, find, load, plan, run, write_back
    from dedupe_cli.document.split import split
    from dedupe_cli.errors import DedupeError
    from dedupe_cli.model import Edit, Group, Member, Note, Plan, Source, Span
    from dedupe_cli.settings import Options, Settings

__version__ = "0.1.0"

__all__ = [
    "DedupeError",
    "Edit",
    "Group",
    "Member",
    "Note",
    "Options",
    "Plan",
    "Result",
    "Settings",
    "Source",
    "Span",
    "__version__",
    "apply_plan",
    "clean",
    "clean_file",
    "find",
    "load",
    "plan",
    "run",
    "split",
    "write_back",
]

_HOMES = {
    "api": ("Result", "apply_plan", "clean", "clean_file", "find", "load", "plan", "run", "write_back"),
    "errors": ("DedupeError",),
    "model": ("Edit", "Group", "Member", "Note", "Plan", "Source", "Span"),
    "settings": ("Options", "Settings"),
    "document.split": ("split",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module  # noqa: PLC0415  only when a public name is used

            value = getattr(import_module(f"dedupe_cli.{home}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
