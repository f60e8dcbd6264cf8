"""``clean --unit line --adjacent`` in a pipe: lines come out while others still come in."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedupe_cli.cli.console import Console, write_stdout
from dedupe_cli.decide.line_stream import Adjacent
from dedupe_cli.errors import ReadError, system_reason
from dedupe_cli.language import counted
from dedupe_cli.render.plan import numbered

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings

_CHUNK = 1 << 16


def run(console: Console, settings: Settings, *, counting: bool) -> int:
    """Copy standard input to standard output without the lines that are like the one before; return the exit code.

    What has come is worked on before more is waited for. Bytes that are not UTF-8 end the run with an error; what was
    printed before stays printed.
    """
    work = Adjacent(settings, counting=counting)
    for text, end in _texts():
        lines = work.feed(text, end=end)
        write_stdout("".join(numbered(*item) if counting else item[1] for item in lines).encode())
    if not console.quiet:
        console.say(f"{counted(work.gone, 'line')} of {work.lines} went" if work.gone else "no repeats found")
    return 0


def _texts() -> Iterator[tuple[str, bool]]:
    """Yield what comes in as text, and whether it is the end."""
    decoder, at = codecs.getincrementaldecoder("utf-8")(), 0
    while True:
        try:
            data = os.read(0, _CHUNK)
            text = decoder.decode(data, not data)
        except OSError as error:
            raise ReadError(f"standard input: {system_reason(error)}", hint="check what is piped in") from error
        except UnicodeDecodeError as error:
            place = at - (len(error.object) - len(data)) + error.start
            hint = "what came before it was printed; name the encoding, for example --encoding gb18030"
            raise ReadError(f"standard input: not valid UTF-8 (byte {place})", hint=hint) from None
        yield text, not data
        if not data:
            return
        at += len(data)
