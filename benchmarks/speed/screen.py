"""How long the screen of ``dedupe review`` takes to open, to move and to take an answer: python benchmarks/speed/screen.py FILE...

Processor time, so that other work on the machine does not count.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time

from dedupe_cli.cli.answers import Answers
from dedupe_cli.cli.batch import Task
from dedupe_cli.cli.console import Console
from dedupe_cli.cli.review_list import ReviewList
from dedupe_cli.cli.review_screen import Review
from dedupe_cli.read.decode import Decoding
from dedupe_cli.review.decisions import Decisions
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms


class Tasks:
    def task(self, _path: str) -> Task:
        return Task(Decoding(None), Settings(), Terms())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asks = Answers(Console(), Tasks(), Decisions({}, os.path.join(folder, "d.json")))  # type: ignore[arg-type]
        begun = time.process_time()
        repeats = ReviewList(asks, asks.texts(sys.argv[1:]))
        print(f"{len(repeats.questions)} repeats planned in {time.process_time() - begun:.2f} s")

        async def press() -> None:
            begun = time.process_time()
            async with Review(asks, repeats).run_test(size=(120, 40)) as pilot:
                await pilot.pause()
                print(f"open {time.process_time() - begun:.2f} s")
                for key in ("j", "j", "j", "y", "y", "x", "u"):
                    begun = time.process_time()
                    await pilot.press(key)
                    await pilot.pause()
                    print(f"{key} {time.process_time() - begun:.3f} s")

        asyncio.run(press())


if __name__ == "__main__":
    main()
