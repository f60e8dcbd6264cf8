"""An alignment of two ranges of one folded text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A difference: folded range ``a0..a1`` of the kept text against ``b0..b1`` of the copy (one may be empty)."""

    a0: int
    a1: int
    b0: int
    b1: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Kept range ``a0..a1`` and copy range ``b0..b1`` in folded positions; equal outside of ``blocks``."""

    a0: int
    a1: int
    b0: int
    b1: int
    blocks: tuple[Block, ...] = ()
