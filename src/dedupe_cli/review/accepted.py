"""A repeat that a person accepts: all of its places stay, and the baseline says so to ``check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.gate.findings import findings_of
from dedupe_cli.gate.places import Places

if TYPE_CHECKING:
    from dedupe_cli.model import Group, Plan, Source


def accepting(before: Baseline, source: Source, plan: Plan, group: Group) -> Baseline:
    """Return a baseline that accepts one group of a text besides, with all that is told in one finding with it."""
    found = findings_of(source, plan, Places(source))
    mine = [finding for finding in found if any(piece.fingerprint == group.fingerprint for piece in finding.every)]
    return Baseline(before.entries | Baseline.of(mine).entries, before.path)
