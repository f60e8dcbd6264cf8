"""The data-frame engine: Daft, in this process or on a Ray cluster, and how our batches go in and out of it."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import pyarrow as pa

from dedupe_cli import errors
from dedupe_cli.corpus.processes import asked
from dedupe_cli.errors import DedupeError, SettingsError, to_install
from dedupe_cli.read.formats.records import together

if TYPE_CHECKING:
    from pathlib import Path

    from daft import DataFrame, Expression

    from dedupe_cli.corpus.options import Options

_T = TypeVar("_T")

# Rows that this process has read so far.
READ = [0]
# Rows that go from one operation to the next together: they may be long.
_MORSEL = 1 << 14
# What stands around an error of ours in one of the engine.
_MARK = "\x1e"
# Names of files of which several are read one after the other, up to so many bytes together.
_TOGETHER, _BYTES = 512, 64 << 20


def start(options: Options) -> None:
    """Start the engine that is asked for; the first one of a process stays.

    Raises :class:`SettingsError` when it is not installed or another one runs already.
    """
    for talk in ("DAFT_PROGRESS_BAR", "DAFT_SHOW_QUERY_ID"):  # on a terminal it would tell of each query
        os.environ.setdefault(talk, "0")
    try:
        import daft  # noqa: PLC0415  an extra

        if options.engine == "ray":
            import ray  # noqa: PLC0415  an extra
    except ImportError as error:
        extra = "ray" if error.name == "ray" else "corpus"
        raise SettingsError(f"{error.name} is not installed", hint=to_install(extra)) from None
    from daft.runners import get_or_infer_runner_type  # noqa: PLC0415

    try:
        if options.engine == "ray":
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            ray.init(
                options.ray_address or "local", logging_level="error", log_to_driver=False, ignore_reinit_error=True
            )
            daft.set_runner_ray(noop_if_initialized=True)
        else:
            daft.set_runner_native()
        daft.set_execution_config(default_morsel_size=_MORSEL)
        if options.engine == "local":
            _mind_signals()
    except Exception as error:
        if "more than once" not in str(error):
            hint = "is there a cluster at --ray-address?"
            raise DedupeError(f"the engine does not start: {error}", hint=hint) from error
        running = get_or_infer_runner_type()
        if running != {"local": "native"}.get(options.engine, options.engine):
            message = f"--engine {options.engine}: the engine of this process is {running} already"
            raise DedupeError(message, hint="start another process") from error


def _mind_signals() -> None:
    """Take signals back from the engine.

    With its first query it begins to listen for Ctrl-C, and then ends a query as if that were done: what a step gives
    would be a part, and nobody would know. Whoever minded the signal before does so again; an exception ends the run.
    """
    import daft  # noqa: PLC0415

    away(daft.from_pydict({"row": [1]}).where(daft.col("row") > 0).collect)
    handler = signal.getsignal(signal.SIGINT)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)


def away(work: Callable[[], _T]) -> _T:
    """Let the engine do something in a thread of its own, and wait for that; an exception of it is raised here.

    A signal raises one in the main thread, in whatever runs there. In Python that the engine has called it would be a
    panic, whose words nobody understands; in the call that waits it ends the run in order.
    """
    answers: SimpleQueue[Callable[[], _T]] = SimpleQueue()

    def called() -> None:
        try:
            made = work()
        except BaseException as error:  # noqa: BLE001  the one that waits raises it
            answers.put(partial(_raised, error))
        else:
            answers.put(lambda: made)

    threading.Thread(target=called, daemon=True).start()
    return answers.get()()


def _raised(error: BaseException) -> NoReturn:
    raise error


def frame(
    items: Sequence[Any], read: Callable[[Any], Iterator[pa.RecordBatch]], schema: pa.Schema, sizes: Sequence[int]
) -> DataFrame:
    """Return what is read of some items (files, say) as a frame; small ones are read in one task.

    ``sizes`` are those of the items, in bytes.
    """
    from daft.io._generator import read_generator  # noqa: PLC0415  the engine is loaded where it is used
    from daft.schema import Schema  # noqa: PLC0415

    tasks = together(zip(items, sizes, strict=True), itemgetter(1), _TOGETHER, _BYTES)
    reads = [partial(_read, read, [item for item, _ in task], schema) for task in tasks]
    return read_generator(iter(reads), Schema.from_pyarrow_schema(schema))


def _read(read: Callable[[Any], Iterator[pa.RecordBatch]], task: Sequence[Any], schema: pa.Schema) -> Iterator[Any]:
    from daft.recordbatch import RecordBatch  # noqa: PLC0415

    try:
        for item in task:
            for batch in read(item):
                READ[0] += batch.num_rows
                yield RecordBatch.from_arrow_record_batches([batch], schema)
    except DedupeError as error:
        raise _worded(error) from error


def _worded(error: DedupeError) -> RuntimeError:
    """Put an error into words: the engine hands on nothing else of it."""
    told = json.dumps([type(error).__name__, error.message, error.hint])
    return RuntimeError(f"{_MARK}{told}{_MARK}")


def meant(error: BaseException) -> DedupeError | None:
    """Return the error of ours that the engine has wrapped into one of its own."""
    found = str(error).split(_MARK)
    if len(found) < 3:
        return None
    name, message, hint = json.loads(found[1])
    kind = getattr(errors, name)
    made: DedupeError = kind(message, hint=hint)
    return made


def by_batch(
    work: Callable[..., pa.Array],
    kind: pa.DataType,
    *columns: Expression | str,
    rows: int | None = None,
    processes: bool = False,
) -> Expression:
    """Apply a function of Arrow arrays to columns, a batch at a time (of so many ``rows`` at most); it returns one.

    ``processes``: it holds the interpreter's lock for long, so that it runs in processes of its own. The engine's own
    ones are waited for without end when one dies as it starts.
    """
    import daft  # noqa: PLC0415

    def called(*series: Any) -> Any:
        arrays = [each.to_arrow() for each in series]
        try:
            return asked(work, *arrays) if processes else work(*arrays)
        except DedupeError as error:
            raise _worded(error) from error

    made = daft.func.batch(return_dtype=daft.DataType.from_arrow_type(kind), batch_size=rows, use_process=False)(called)
    applied: Expression = made(*(daft.col(each) if isinstance(each, str) else each for each in columns))
    return applied


def spread(frame: DataFrame, made: Expression, *beside: Expression | str) -> DataFrame:
    """Return the records that an expression makes of the rows, one or a list of them, as rows; columns stand beside."""
    from daft import col, functions  # noqa: PLC0415

    rows = frame.select(*beside, made.alias("made"))
    if rows.schema()["made"].dtype.is_list():
        rows = rows.explode("made")
    names = [name for name in rows.column_names if name != "made"]
    return rows.where(functions.not_null(col("made"))).select(*names, functions.unnest(col("made")))


def gathered(frame: DataFrame, key: str, *columns: Expression | str) -> DataFrame:
    """Return a row for each key, with lists of what its rows have in columns."""
    from daft import col, functions  # noqa: PLC0415

    named = (col(each) if isinstance(each, str) else each for each in columns)
    return frame.groupby(key).agg(*(functions.list_agg(each) for each in named))


def framed(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> DataFrame:
    """Return some rows as a frame."""
    import daft  # noqa: PLC0415

    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return daft.from_arrow(pa.table([pa.array(*both) for both in zip(columns, schema.types, strict=True)], schema))


def parquet(folder: Path) -> DataFrame:
    """Return what was written to a folder and those in it, as a frame."""
    import daft  # noqa: PLC0415

    return daft.read_parquet(str(folder / "**" / "*.parquet"))
