"""One decided removal in the text that is being worked on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.model import Reason, Span
from dedupe_cli.search.repeated_marks import is_paired, shared_head

if TYPE_CHECKING:
    from dedupe_cli.search.gaps import Gaps

TOLD = 8192  # rounds that are told one by one; the rest of a longer loop is told as one


class Round(NamedTuple):
    """One repeated passage ``copy``, what is deleted for it (``span``), and what stays and says the same."""

    span: Span
    copy: Span
    kept: tuple[Span, ...]
    similarity: float = 100.0


class Removal(NamedTuple):
    """Rounds that go, in text order and side by side; ``held`` says why nothing of it goes.

    ``whole``: no sentence is cut into, but between its clauses.
    """

    rounds: tuple[Round, ...]
    rule: str = "D203"
    held: tuple[Reason, ...] = ()
    whole: bool = True

    @property
    def span(self) -> Span:
        """All that is deleted."""
        return Span(self.rounds[0].span.start, self.rounds[-1].span.end)


def token_span(gaps: Gaps, low: int, high: int) -> Span:
    """Original span of the tokens ``low <= i < high``."""
    return Span(int(gaps.tokens.start[low]), int(gaps.tokens.end[high - 1]))


def remove(gaps: Gaps, low: int, high: int, kept: tuple[int, int], *, framed: bool, rule: str = "D203") -> Removal:
    """Remove tokens ``low <= i < high`` round by round, each a repeat of the tokens ``kept``.

    Where a mark would lose its partner (``A."`` behind ``"A.`` goes without the mark that closes both), what stands
    behind the last round stays as it is.
    """
    found = _rounds(gaps, low, high, kept, edges(gaps, low, high, framed=framed))
    if not is_paired(Span(found[0].span.start, found[-1].span.end).of(gaps.text)):
        found = _rounds(gaps, low, high, kept, _alike(gaps, low, high))
    return Removal(found, rule)


def _rounds(
    gaps: Gaps, low: int, high: int, kept: tuple[int, int], ways: tuple[Callable[[int], int], int]
) -> tuple[Round, ...]:
    edge, end = ways
    period = kept[1] - kept[0]
    rounds: list[Round] = []
    start, at = edge(low), low
    while at < high:
        size = high - at if len(rounds) >= TOLD else min(period, high - at)
        stop = edge(at + size) if at + size < high else end
        base = _counterpart(gaps, at + size, kept[0], min(size, period))
        rounds.append(Round(Span(start, max(start, stop)), token_span(gaps, at, at + size), (base,)))
        start, at = max(start, stop), at + size
    return tuple(rounds)


def _alike(gaps: Gaps, low: int, high: int) -> tuple[Callable[[int], int], int]:
    """Where cuts fall so that the gap behind the last round stays as it is, behind the first one."""
    size = shared_head(*(gaps.text[slice(*gaps.raw(gap))] for gap in (low, high)))
    return lambda gap: gaps.raw(gap)[0] + min(size, len(Span(*gaps.raw(gap)))), gaps.raw(high)[0] + size


def _counterpart(gaps: Gaps, stop: int, low: int, size: int) -> Span:
    """Find what stays for a copy that ends before token ``stop``: of a broken word its letters only."""
    tokens = gaps.tokens
    whole = token_span(gaps, low, low + size)
    last = low + size - 1
    if tokens.last[last] - tokens.first[last] <= tokens.last[stop - 1] - tokens.first[stop - 1]:
        return whole
    return Span(whole.start, int(tokens.start[last] + tokens.end[stop - 1] - tokens.start[stop - 1]))


def edges(gaps: Gaps, low: int, high: int, *, framed: bool) -> tuple[Callable[[int], int], int]:
    """Where in a gap a cut falls, and where the whole cut ends.

    Between borders the punctuation of both neighbours stays, and of the two gaps the stronger one. In
    mid-sentence the gap behind the cut stays, because the sentence goes on with it. At the end of the text
    the white space before goes.
    """
    if high == len(gaps.tokens) and not gaps.text[gaps.close(high) :].strip():
        return gaps.close, len(gaps.text.rstrip())
    if not framed:
        return _behind(gaps), int(gaps.tokens.end[high - 1])
    if low and (gaps.strength[high] > gaps.strength[low] or gaps.lines(high) > gaps.lines(low)):
        return gaps.close, gaps.close(high)
    return gaps.open, gaps.open(high)


def _behind(gaps: Gaps) -> Callable[[int], int]:
    return lambda gap: int(gaps.tokens.end[gap - 1])
