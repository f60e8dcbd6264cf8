"""Data sets past one file: near-duplicate documents, rows by themselves (extra ``corpus``).

    >>> from dedupe_cli.corpus import deduplicate
    >>> rows = {"id": ["a", "b"], "text": ["The ferry leaves at nine. " * 4, "the ferry leaves at nine! " * 4]}
    >>> deduplicate(rows).removed.column("kept_id").to_pylist()
    ['a']

The public names are loaded on first use, so that the command line starts without the engine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.corpus.estimating import Estimate, estimate
    from dedupe_cli.corpus.execute import run
    from dedupe_cli.corpus.in_memory import Deduplicated, deduplicate
    from dedupe_cli.corpus.options import Options

os.environ.setdefault("DO_NOT_TRACK", "1")  # the engine would report home that it is loaded, and that it runs

__all__ = ["Deduplicated", "Estimate", "Options", "deduplicate", "estimate", "run"]

_HOMES = {
    "estimating": ("Estimate", "estimate"),
    "execute": ("run",),
    "in_memory": ("Deduplicated", "deduplicate"),
    "options": ("Options",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module  # noqa: PLC0415  only when a public name is used

            return getattr(import_module(f"dedupe_cli.corpus.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
