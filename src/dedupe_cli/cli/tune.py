"""``dedupe tune``: what other settings would do with some texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from dedupe_cli.cli import batch, configured, inputs, options, outputs, view
from dedupe_cli.cli.commands import RANGES
from dedupe_cli.cli.inspecting import names_alone, texts_alone
from dedupe_cli.cli.trying import Limit
from dedupe_cli.errors import DedupeError
from dedupe_cli.language import _, marked
from dedupe_cli.render.phrases import count
from dedupe_cli.render.terminal_style import width_of
from dedupe_cli.render.tuning import Limits, Row, advice, nothing, table
from dedupe_cli.review.tuning import changes, disagreements, steps, widest, wishes

if TYPE_CHECKING:
    import click

    from dedupe_cli.cli.console import Console
    from dedupe_cli.model import Plan, Source
    from dedupe_cli.review.decisions import Decisions
    from dedupe_cli.review.tuning import Step, Tried, Wish

# What was decided, in words.
ANSWERS = marked({
    "accept": "accept", "keep-all": "keep all", "keep-one": "keep one", "edit": "edit",
})  # fmt: skip
# Groups shown on either side of the limit.
_SHOWN = 3


def run(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Do what the command asks for; return the exit code."""
    console: Console = ctx.obj
    project = configured.project(given)
    why = "the text is read several times, which standard input cannot be"
    named = names_alone(
        project, paths, given,
        what="tune looks at", stdin=why,
    )  # fmt: skip
    by, decided = given["by"], inputs.decided(given["from_decisions"])
    texts, tasks, failed = texts_alone(console, named, project, given)
    if not texts:
        inputs.tell_nothing(console, named)
        return 2 if failed else 0
    run = Tuning(console, tasks, texts, given["jobs"])
    show = run.agreeing(decided) if decided else run.one(by)
    if not run.is_empty:
        view.to_stdout(console, show)
        if not decided and by == "similarity" and run.is_flat:
            other = f"dedupe tune --by confidence{options.again(ctx)} {outputs.again(named)}"
            console.say(_("hint: {command} tries how sure it must be", command=other.rstrip()))
    return 2 if failed or run.failed else 0


@dataclass
class Tuning:
    """Plans some texts under other settings."""

    console: Console
    tasks: inputs.Tasks
    texts: Sequence[str]
    jobs: int
    failed: bool = False
    is_empty: bool = False  # no text could be read
    is_flat: bool = False  # every value of the setting that was tried last gives the same, and that is something

    def now(self, name: str) -> int:
        """Return the present value of a setting, as it holds where the command was called."""
        value: float = getattr(self.tasks.project.at(".").settings, name)
        return round(value)

    def steps(self, *names: str) -> dict[str, list[Step]]:
        """Return the ranges of some settings in which all texts have one result each."""
        limits = tuple(Limit(name, *RANGES[name], self.now(name)) for name in names)
        every: list[tuple[Source, Mapping[str, Sequence[Tried]]]] = []
        with self.console.watch() as progress:

            def task(path: str) -> batch.Task:
                return self.tasks.task(path)._replace(limits=limits)

            for outcome in batch.outcomes(self.texts, task, self.jobs, progress):
                if outcome.tried is not None:
                    every.append(outcome.tried)
                else:
                    progress.clear()
                    outcome.tell(self.console)
                    self.failed |= not outcome.skipped
        self.is_empty = not every
        return {name: steps([(source, found[name]) for source, found in every]) for name in names}

    # What is shown ---------------------------------------------------------------------------------------------

    def one(self, name: str) -> Any:
        """Return what prints the table of one setting, and what lies nearest to its limit."""
        found = self.steps(name)[name]
        self.is_flat = len(found) == 1 and any(plan.groups for _, plan in found[0].pairs)
        return partial(self._show_one, name, found)

    def _show_one(self, name: str, found: Sequence[Step], *, stream: TextIO) -> None:
        limits, now = self._limits(name, found), self.now(name)
        if limits.any:
            self._table(stream, limits)
            stream.write("\n")
        stream.write(f"{limits.advice}\n")
        here = next((at for at, step in enumerate(found) if step.low <= now <= step.high), 0)
        for one, other in ((here, here + 1), (here + 1, here), (here - 1, here), (here, here - 1)):
            if not 0 <= min(one, other) <= max(one, other) < len(found):
                continue
            near = changes(found[one], found[other])
            if not near:
                continue
            some = count(len(near), "repeat")
            if len(near) > _SHOWN:
                some = _("{repeats}, {n} of them here", repeats=some, n=_SHOWN)
            goes, stays = near[0].goes, near[0].stays
            stream.write("\n" + _("goes at {low}, not at {high}: {repeats}", low=goes, high=stays, repeats=some) + "\n")
            for number, change in enumerate(near[:_SHOWN], 1):
                stream.write("\n" if number > 1 else "")
                cards = self._cards(change.source, change.plan, stream)
                cards.name()
                cards.show(change.at, number)

    def _cards(self, source: Source, plan: Plan, stream: TextIO) -> Any:
        from dedupe_cli.render.terminal import Cards  # noqa: PLC0415  it loads rich

        return Cards(source, plan, stream=stream, **self.console.look)

    def limits(self, name: str) -> Limits | None:
        """Return what goes under which values of a setting, and what that suggests; nothing where there is no text."""
        found = self.steps(name)[name]
        return self._limits(name, found) if found else None

    def _limits(self, name: str, found: Sequence[Step], agrees: Sequence[int] = ()) -> Limits:
        rows = [
            Row(step.low, step.high, step.totals.groups, step.totals.places, step.totals.gone, *agrees[at : at + 1])
            for at, step in enumerate(found)
        ]
        total, now = sum(plan.length for _, plan in found[0].pairs), self.now(name)
        limits = Limits(name, now, total, tuple(rows), advice(name, now, widest(found)))
        return limits if limits.any else limits._replace(advice=nothing(name, found[0].pairs))

    def _table(self, stream: TextIO, limits: Limits) -> None:
        width = self.console.width or width_of(stream)
        ascii_only = self.console.ascii_only or (stream.encoding or "ascii").lower().replace("-", "") != "utf8"
        stream.write("\n".join(table(limits, width=width, ascii_only=ascii_only)) + "\n")

    def agreeing(self, decisions: Decisions) -> Any:
        """Return what prints which values agree best with decisions, and with which of them they do not."""
        every = self.steps(*RANGES)
        if self.is_empty:
            return None
        first = every["similarity"]
        now = next(step for step in first if step.low <= self.now("similarity") <= step.high)
        wanted = wishes(now.pairs, decisions)
        if not wanted:
            raise DedupeError(
                f"{decisions.path}: no decision is about these texts",
                hint="a review keeps them: dedupe review --decisions FILE PATH; give the same options here",
            )
        against = {name: [disagreements(step, wanted) for step in found] for name, found in every.items()}
        return partial(self._show_agreeing, every, against, wanted)

    def _show_agreeing(
        self,
        every: dict[str, list[Step]],
        against: dict[str, list[list[Wish]]],
        wanted: Sequence[Wish],
        *,
        stream: TextIO,
    ) -> None:
        best: tuple[int, int, str, Step, list[Wish]] | None = None
        for name, found in every.items():
            self._table(stream, self._limits(name, found, [len(wanted) - len(each) for each in against[name]]))
            stream.write("\n")
            for step, wrong in zip(found, against[name], strict=True):
                away = max(step.low - self.now(name), self.now(name) - step.high, 0)
                if best is None or (len(wrong), away) < best[:2]:
                    best = len(wrong), away, name, step, wrong
        assert best is not None
        wrong_many, away, name, step, wrong = best
        value = min(max(self.now(name), step.low), step.high) if not away else (step.low + step.high + 1) // 2
        much = {"n": len(wanted) - wrong_many, "decisions": count(len(wanted), "decision")}
        stream.write(
            _("the present settings agree best: with {n} of {decisions}", **much) if not away
            else _("{flag} agrees best: with {n} of {decisions}", flag=f"--{name} {value}", **much)
        )  # fmt: skip
        stream.write("\n")
        for wish in wrong:
            source = step.pairs[wish.source][0]
            words = "  not with {id}, {file} ({rule}): you said: {answer}"
            answer = _(ANSWERS[wish.answer.kind])
            stream.write(_(words, id=wish.group.id, file=source.path, rule=wish.group.rule, answer=answer) + "\n")
