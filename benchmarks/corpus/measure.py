"""What runs of `dedupe corpus` take: seconds of the processor, peak memory, temporary disk; beside it what `--estimate` says.

    python benchmarks/corpus/make.py 300000 > docs.jsonl
    python benchmarks/corpus/measure.py docs.jsonl --estimate
    python benchmarks/corpus/measure.py docs.jsonl -- --memory 256MB

What stands behind ``--`` goes to the program. Of the steps those are named that take most. Peak memory is that of the
process that is called, not of those that it asks.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def called(*args: str) -> tuple[str, float, float]:
    """What a call prints, and its seconds by the processor and by the clock."""
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "dedupe_cli", "corpus", *args, "-q"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return said, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("docs", type=Path, nargs="+")
    parser.add_argument("--estimate", action="store_true")
    arguments = sys.argv[1:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    args, more = parser.parse_args(arguments[:cut]), arguments[cut + 1 :]
    print("| data | rows | MB | removed | processor s | a MB | clock s | peak MB | temporary disk | most of it |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for path in args.docs:
        if args.estimate:
            said, used, clock = called(str(path), "--estimate", *more)
            print(f"{said.strip()}\n  (it took {used:.1f} s of the processor, {clock:.0f} s by the clock)")
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            _, used, clock = called(str(path), "-o", folder, "--fresh", *more)
            told = json.loads((Path(folder) / "summary.json").read_text("utf-8"))
        size, steps = path.stat().st_size / 1e6, told["steps"]
        slow = sorted(((step["seconds"], name) for name, step in steps.items()), reverse=True)[:4]
        print(
            f"| {path.name} | {told['rows']:,} | {size:.0f} | {told['rows_removed']:,} | {used:.1f} | {used / size:.3f} | "
            f"{clock:.0f} | {told['peak_memory'] / 1e6:.0f} | {told['temporary_disk'] / 1e6:.0f} MB "
            f"({told['temporary_disk'] / size / 1e6:.2f}) | "
            f"{', '.join(f'{name} {seconds:.0f} s' for seconds, name in slow)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
