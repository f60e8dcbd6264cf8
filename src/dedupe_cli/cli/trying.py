"""One text under other limits: read once, what is alike in it found once, planned for each value that may differ."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli import api
from dedupe_cli.review.tuning import Tried, steps_of
from dedupe_cli.settings import make
from dedupe_cli.text.noting import Noted, noting
from dedupe_cli.text.remembering import remembering

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe_cli.model import Plan, Source
    from dedupe_cli.settings import Settings
    from dedupe_cli.terms import Terms

    Progress = Callable[[str, int, int], None]


class Limit(NamedTuple):
    """A limit, and the values that are tried: from ``low`` to ``high``, the present one among them."""

    name: str
    low: int
    high: int
    now: int


def tried(
    source: Source, settings: Settings, terms: Terms | None, limits: tuple[Limit, ...], progress: Progress | None = None
) -> Mapping[str, list[Tried]]:
    """Return, for each limit, what a text comes to under its values, in order; nothing for values not tried."""
    known: list[tuple[Noted, Plan]] = []

    def plan(limit: Limit, value: int) -> Tried:
        one = make(None, **{**settings.as_dict(), limit.name: float(value)})
        asked = {"similarity": one.similarity, "confidence": one.confidence}
        found = next((each for each in known if each[0].hold(asked)), None)
        if found is None:
            with noting() as noted:
                found = noted, api.run(source, one, terms=terms, progress=progress).plan
            known.append(found)
        noted, made = found
        low, high = noted.whole(limit.name, limit.low, limit.high)
        return Tried(min(low, value), max(high, value), made)

    with remembering():
        return {each.name: steps_of(partial(plan, each), each.low, each.high, each.now) for each in limits}
