"""``dedupe clean``: the text without its repeats; ``dedupe diff``: what that would do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli import api
from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import batch, configured, inputs, memory, options, outputs, view
from dedupe_cli.cli.between import Between, losses, matched, told_whole
from dedupe_cli.cli.help import Command
from dedupe_cli.cli.signals import check_stopped
from dedupe_cli.errors import DedupeError, SettingsError, WriteError
from dedupe_cli.language import counted
from dedupe_cli.read.decode import Decoding, codec_name
from dedupe_cli.read.load import encode, read_bytes

if TYPE_CHECKING:
    from dedupe_cli.cli.console import Console
    from dedupe_cli.read.project import Project

EXAMPLES = (
    ("dedupe clean notes.txt > clean.txt", "the cleaned text on standard output"),
    ("dedupe clean -w *.txt", "change files in their place"),
    ("dedupe clean --check docs/*.md", "exit 1 when something would change"),
    ("pbpaste | dedupe clean | less", "from a pipe (it is read whole, then cleaned)"),
)


# The options that diff has, too.
shared = options.group(
    options.deciding,
    options.whole_files,
    options.settings,
    configured.policy("between", "rules", "ignoring", "gate", "files", "reading", "run", "layout", "display"),
    options.without_baseline,
    configured.reading,
    options.records,
    options.viewing,
    options.talking,
    click.pass_context,
)


@click.command("clean", cls=Command, examples=EXAMPLES, short_help="Print the text that says everything once.")
@options.paths()
@options.option(
    "-o", "--output", everyday=True, metavar="FILE", help="Write the result to FILE, or into a folder DIR/."
)
@options.option("-w", "--write", is_flag=True, everyday=True, help="Change the files in their place.")
@options.option("--check", is_flag=True, everyday=True, help="Write nothing; exit 1 when something would change.")
@options.option(
    "--diff", is_flag=True, everyday=True, help="Print the changes instead of the text; exit 1 if there are any.",
)  # fmt: skip
@options.option(
    "-i", "--interactive", is_flag=True, everyday=True,
    help="Ask group by group what goes; answers are kept in .dedupe-review.json, or the file of --decisions.",
)  # fmt: skip
@options.option("-n", "--dry-run", is_flag=True, everyday=True, help="Write nothing; print the summary only.")
@options.option(
    "--to", type=options.Words(["text"]), help="Print the text alone: of subtitles, the transcript without times."
)
@options.option(
    "--track-changes", is_flag=True,
    help="Word: write every edit as a revision with its reason as a comment, to be accepted or rejected in Word.",
)  # fmt: skip
@options.option("--backup", metavar="[=.bak]", help="With -w: keep the old file under this suffix.")
@options.option(
    "--no-undo", is_flag=True, envvar="DEDUPE_NO_UNDO", help="With -w: do not keep what is removed for dedupe undo.",
)  # fmt: skip
@options.option(
    "--to-encoding", metavar="NAME", help="Encoding of the result, such as utf-8. Default: that of the input."
)
@options.option("-c", "--count", "counting", is_flag=True, help="Print each line after its count (with --unit line).")
@options.option("--plan", metavar="FILE", type=click.Path(readable=False), help="Apply a plan that --plan-out wrote.")
@options.option(
    "--trust-plan", is_flag=True,
    help="With --plan: also make the edits that the plan calls unsafe, which nothing proves. It is your decision.",
)  # fmt: skip
@options.option("--plan-out", metavar="FILE", type=click.Path(readable=False), help="Write the plan, as JSON, to FILE.")
@shared
def clean(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Print the text that says everything once: repeats go, all else stays byte for byte.

    Without a PATH, or for the PATH -, standard input is read: whole, before anything is printed.
    """
    return run_clean(ctx, paths, given)


_DIFF_EXAMPLES = (
    ("dedupe diff notes.txt", "group by group: what stays, what goes, how they differ"),
    ("dedupe diff", "all the texts below this folder"),
    ("dedupe diff docs | git apply -p0", "a patch, when it does not go to a terminal"),
    ("dedupe diff --layout inline notes.txt > cards.txt", "the cards, elsewhere than on a terminal"),
)


@click.command("diff", cls=Command, examples=_DIFF_EXAMPLES)
@options.paths()
@options.option("-o", "--output", metavar="FILE", everyday=True, help="Write to FILE instead of standard output.")
@shared
def diff(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Show what clean would do: cards on a terminal, a patch elsewhere. Exit 1 if there is anything.

    Without a PATH the texts below this folder are read; - is standard input.
    """
    return run_clean(ctx, tuple(inputs.named(paths, given)), {**given, "diff": True})


def run_clean(ctx: click.Context, paths: tuple[str, ...], given: dict[str, Any]) -> int:
    """Run ``clean``, or ``diff``, which is ``clean --diff`` under a shorter name; return the exit code."""
    if not paths and sys.stdin is not None and sys.stdin.isatty():
        click.echo(ctx.get_help(), err=True)
        return 2
    if not given["diff"]:
        _check_shown(ctx)
    project = configured.project(given)
    inputs.check_accepting(project, given)
    named = paths or (() if given["files_from"] else (outputs.STDIN,))
    found = inputs.find(ctx.obj, named, project, given, name=lambda path: path)
    inputs.tell_skipped(ctx.obj, found.skipped)
    interactive, decisions = given.pop("interactive", False), given.get("decisions")
    tasks = _tasks(ctx, project, given, begun=not interactive)
    asked = {name: given.pop(name) for name in ("fields", "annotate", "on_loop", "on_repeat", "id_field")}
    if kinds := tasks.records(found.paths):
        if interactive:
            raise SettingsError("--interactive is for texts, not for records", hint="leave it out")
        given.pop("whole_files", None)  # of records, not files, it is said what becomes of them: --on-repeat
        from dedupe_cli.cli.records import run_records  # noqa: PLC0415  only for files of records

        if given.pop("counting", False):
            raise SettingsError("--count counts the lines of a text", hint="files of records have rows: leave it out")
        every = dict.fromkeys(found.paths, "") | kinds
        return run_records(ctx.obj, every, tasks, {**given, **asked, "failed": bool(found.failed), "named": named})
    _check_no_records(asked)
    if interactive:
        tasks = _asked(ctx.obj, found.paths, tasks, named, decisions)
    if found.paths == [outputs.STDIN] and _is_stream(tasks, given):
        from dedupe_cli.cli import stream  # noqa: PLC0415  loads the engine

        return stream.run(ctx.obj, tasks.task(outputs.STDIN).settings, counting=given.get("counting", False))
    given["again"] = (options.again(ctx), options.again(ctx, "baseline", "no_baseline"))
    return _Run(console=ctx.obj, paths=found.paths, named=named, tasks=tasks, failed=bool(found.failed), **given).go()


def _asked(
    console: Console, paths: Sequence[str], tasks: inputs.Tasks, named: Sequence[str], decisions: str | None
) -> inputs.Tasks:
    """Ask about the groups of all texts, and take what was answered into the tasks."""
    from dedupe_cli.cli import answers, asking  # noqa: PLC0415  only with --interactive

    if tasks.plan is not None:
        raise SettingsError("--plan and --interactive contradict", hint="a plan is applied as it is")
    if Between.of(tasks.project.at(".")) is not None:
        raise SettingsError("--interactive is about each text alone", hint="leave --across and --reference out")
    if any(map(outputs.is_descriptor, paths)):
        raise SettingsError("standard input cannot be both the text and the answers", hint="name a file")
    answers.need_terminal(named, decisions)
    made = answers.Answers.of(console, tasks, decisions)
    found = asking.ask(made, paths)
    console.say(made.told())
    return replace(tasks, decisions=found)


def _check_shown(ctx: click.Context) -> None:
    """Refuse options about how changes are shown where none are."""
    typed = options.given_here(ctx)
    found = [name for name in ("display_layout", "context", "max_shown", "show_held") if name in typed]
    if found:
        flag = next(param.opts[-1] for param in ctx.command.params if param.name == found[0])
        raise SettingsError(f"{flag} is about changes that are shown", hint="add --diff, or take dedupe diff")


def _check_no_records(asked: dict[str, Any]) -> None:
    """Refuse what is for records where there are texts."""
    flags = {"fields": "--field", "annotate": "--annotate", "on_repeat": "--on-repeat", "id_field": "--id-field"}
    found = [flag for name, flag in flags.items() if asked[name]]
    if found or asked["on_loop"] != "collapse":
        flag = found[0] if found else "--on-loop"
        raise SettingsError(f"{flag} is for files of records", hint="--type jsonl, csv or tsv says that they are some")


def _is_stream(tasks: inputs.Tasks, given: dict[str, Any]) -> bool:
    """Tell whether lines go from standard input to standard output, so that they need not be waited for."""
    task = tasks.task(outputs.STDIN)
    settings, how = task.settings, task.encoding
    if not settings.adjacent or settings.keep == "last" or how != Decoding(how.encoding):
        return False
    others = ("output", "write", "check", "diff", "dry_run", "backup", "plan_out", "to")
    plain = how.encoding in {None, "auto", "utf-8"} and not tasks.to_encoding and not settings.fix
    plain = plain and not tasks.track
    return (
        sys.stdin is not None
        and plain
        and tasks.plan is None
        and tasks.decisions is None
        and not any(given.get(name) for name in others)
    )


def _tasks(ctx: click.Context, project: Project, given: dict[str, Any], *, begun: bool = True) -> inputs.Tasks:
    """Take out of the options what a worker needs, the plan read from its file."""
    flags, plan, trust = options.given(ctx), given.pop("plan", None), given.pop("trust_plan", False)
    if trust and not plan:
        raise SettingsError("--trust-plan is about a plan", hint="name it: --plan FILE")
    if plan and flags:
        raise SettingsError(f"--plan and {flags[0]} contradict", hint="the plan has settings of its own")
    recoded = given.pop("to_encoding", None) or ""
    if recoded:
        codec_name(recoded, flag="--to-encoding")
    heeded = not given.pop("no_baseline")
    if plan and given.get("decisions"):
        raise SettingsError("--plan and --decisions contradict", hint="the plan was made under decisions, or without")
    named = given.pop("decisions", None)
    decisions = inputs.decided(named) if begun else None  # what is asked about may have no file yet
    tasks = inputs.Tasks.of(project, given)
    track = given.pop("track_changes", False)
    read = _read_plan(plan) if plan else None
    return replace(
        tasks, plan=read, to_encoding=recoded, baseline=heeded, track=track, trust=trust, decisions=decisions
    )


def _read_plan(path: str) -> bytes:
    from dedupe_cli.read.plan import LARGEST  # noqa: PLC0415  only for stored plans

    return read_bytes(path, LARGEST)


@dataclass(kw_only=True)
class _Run(view.Request):
    """One call of ``clean`` for texts."""

    to: str | None = None
    counting: bool = False
    plan_out: str | None = None
    whole_files: bool = False

    def go(self) -> int:
        """Check the request, do the work, say what was done; return the exit code."""
        _check(self)
        if (self.write or self._folder) and not self.dry_run:
            self.console.to_write = len(self.paths)
        if short := memory.warning(self.paths):
            self.console.warn(short)
        if self.write:
            self._leave_out_pipes()
        with self.console.watch() as progress:
            outcomes = batch.outcomes(self.paths, self.tasks.task, self.jobs, progress)
            for outcome in outcomes if self.between is None else self._matched(outcomes, self.between):
                if not (self.write or self._folder or self.dry_run):
                    progress.clear()  # a text is printed where the bar is
                self._settle(outcome)
        return self._finish()

    def _matched(self, outcomes: Iterable[batch.Outcome], between: Between) -> list[batch.Outcome]:
        """Match the texts with each other; those that could not be read stop no others."""
        every = list(outcomes)
        texts = [each.result for each in every if each.result]
        plan, results, whole = matched(texts, between, self.tasks, self.jobs, whole_files=self.whole_files)
        for line in (*told_whole(whole, self.again[0], outputs.again(self.named)), *losses(texts, results)):
            self.console.say(line)
        drifted = sum(group.rule == "D302" for group in plan.groups)
        if drifted:
            self.console.say(f"{counted(drifted, 'passage')} came to say different things in several files (D302)")
        return [each for each in every if each.result is None] + [batch.Outcome(r.source.path, r) for r in results]

    def _leave_out_pipes(self) -> None:
        """Refuse what cannot be changed in its place before it is waited for."""
        for path in [p for p in self.paths if not outputs.is_replaceable(p)]:
            self.paths.remove(path)
            self.failed = True
            self.console.error(
                DedupeError(f"{path} is no regular file", hint="it can be read, but not changed: leave -w out")
            )

    @property
    def _folder(self) -> bool:
        return outputs.is_folder(self.output) and not self.diff

    def _settle(self, outcome: batch.Outcome) -> None:
        check_stopped()
        if outcome.result is None:
            self.failed |= not outcome.skipped
            outcome.tell(self.console)
            return
        try:
            self._deliver(outcome.result)
            self.pairs.append((outcome.result.source, outcome.result.plan))  # told of when it is done
        except DedupeError as error:
            self.failed = True
            self.console.error(error)

    def _deliver(self, result: api.Result) -> None:
        """Bring one result where it belongs."""
        if result.source.guessed:
            self.console.say(f"{outputs.shown(result.source.path)}: read as {result.source.encoding}, by its letters")
        if self.plan_out:
            write_file(self.plan_out, api.plan_json(result.plan, result.source).encode("utf-8"))
        if self.diff and view.is_patch(self):
            self.patches.append(view.patch(result))
        self.changed |= result.changed
        if self.check and result.changed:
            self.console.say(f"would change {outputs.shown(result.source.path)}")
        if not self.done:
            return
        if self.write:
            if result.changed and self.tasks.project.of(result.source.path).protects(result.source.path):
                raise WriteError(
                    f"{outputs.shown(result.source.path)} is protected", hint="-o writes the result elsewhere"
                )
            if result.changed:
                api.write_back(result, backup=self.backup or "", undo=not self.no_undo)
            self.console.written += 1
            return
        data = _counted(result) if self.counting else result.transcript if self.to else result.data
        if self._folder:
            outputs.put_in_tree(self.output or "", result.source.path, data)
            self.console.written += 1
        else:
            if not self.to and result.source.format == "docx":
                outputs.refuse_terminal(self.output, "a Word document")
            outputs.put(self.output, data)

    def _finish(self) -> int:
        if not self.paths and not self.failed:
            inputs.tell_nothing(self.console, self.named)
        self.show_changes()
        several = self.between is not None or sum(bool(plan.edits) for _, plan in self.pairs) > 1
        view.summarize(self, self.pairs, outputs.again(sorted(self.named)) if several else "")
        return self.exit_code


def _counted(result: api.Result) -> bytes:
    from dedupe_cli.render.plan import counted  # noqa: PLC0415  only for --count

    return encode(result.source, counted(result.source.text, result.plan))


def _check(run: _Run) -> None:
    """Refuse what contradicts itself, and what would have no place to go."""
    _check_modes(run)
    run.check_places(*((run.plan_out,) if run.plan_out else ()))
    if len(run.paths) > 1 and (run.plan_out or run.tasks.plan is not None):
        raise SettingsError("a plan is for one text", hint="name one PATH")


def _check_modes(run: _Run) -> None:
    run.check_modes()
    modes, recoded = run.modes, run.tasks.to_encoding
    if recoded and run.diff:
        raise SettingsError("--to-encoding and --diff contradict", hint="a patch is in the encoding of its file")
    if recoded and run.write and not run.no_undo:
        raise SettingsError(
            "--to-encoding changes every byte of a file, which undo cannot put back",
            hint="-o DIR/ writes the results elsewhere, --no-undo does without",
        )
    if run.to and (modes or outputs.is_folder(run.output)):
        other = f"--{modes[0]}" if modes else "-o DIR/"
        raise SettingsError(f"--to and {other} contradict", hint="--to prints a text, or writes it to a file with -o")
    if run.tasks.track and (run.to or not run.done):
        other = next(flag for flag in ("to", "check", "diff", "dry_run") if getattr(run, flag)).replace("_", "-")
        raise SettingsError(f"--track-changes and --{other} contradict", hint="revisions are for a document: -o or -w")
    if run.counting and any(run.tasks.task(path).settings.unit != "line" for path in run.paths):
        raise SettingsError("--count counts lines", hint="add --unit line")
    if run.counting and (modes or run.dry_run or run.tasks.plan is not None):
        other = f"--{modes[0]}" if modes else "--dry-run" if run.dry_run else "--plan"
        raise SettingsError(f"--count and {other} contradict", hint="leave one of them out")
    if run.between is not None and (run.plan_out or run.tasks.plan is not None):
        other = "--plan-out" if run.plan_out else "--plan"
        raise SettingsError(f"{other} is for one text alone", hint="leave --across and --reference out")
    if run.between is not None and run.tasks.decisions is not None:
        raise SettingsError("--decisions is about each text alone", hint=outputs.FIRST_ALONE)
    if run.plan_out == outputs.STDOUT:
        raise SettingsError("--plan-out needs a file: standard output is for the text", hint="--plan-out plan.json")
