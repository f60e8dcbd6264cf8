"""The least that a finder of repeats can do, with numpy: the unit of the speed benchmark.

    python benchmarks/speed/floor.py IN OUT

Read, decode, fold to letters and digits, hash every window of eight, sort the hashes, write the text again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

WINDOW = 8
BASE = np.uint64(0x9E3779B97F4A7C15)


def main() -> None:
    text = Path(sys.argv[1]).read_bytes().decode("utf-8", "surrogatepass")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    table = np.zeros(int(points.max(initial=0)) + 1, dtype=np.uint32)
    for code in np.unique(points).tolist():
        char = chr(code)
        table[code] = ord(char.lower()[0]) if char.isalnum() else 0
    folded = table[points]
    folded = folded[folded > 0].astype(np.uint64)
    count = max(0, len(folded) - WINDOW + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for step in range(WINDOW):
        hashes *= BASE
        hashes += folded[step : step + count]
    hashes.sort()
    np.count_nonzero(hashes[1:] == hashes[:-1])
    Path(sys.argv[2]).write_bytes(text.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
