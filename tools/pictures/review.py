"""Make the picture of docs/review.md: the first questions of ``dedupe review`` on a terminal.

python tools/pictures/review.py   (writes docs/review.png; needs what draw.py needs)
"""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from draw import draw

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS = 92


def main() -> None:
    leader, follower = pty.openpty()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "samples" / "press-release.txt", folder)
        command = [
            sys.executable,
            "-m",
            "dedupe_cli",
            "review",
            "--plain",
            "--color",
            "always",
            "--width",
            str(COLUMNS),
        ]
        environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
        with subprocess.Popen(
            [*command, "press-release.txt"],
            cwd=folder,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environment,
        ) as process:
            os.close(follower)
            out = b""
            for answer in ("y", "?", "2", None):
                while not out.endswith(b"] "):
                    out += os.read(leader, 4096)
                if answer is None:
                    process.terminate()
                else:
                    os.write(leader, f"{answer}\n".encode())
                    out += os.read(leader, 4096)
    image = draw(out.decode().replace("\r\n", "\n").strip("\n") + "\n", COLUMNS, "light", size=20, margin=24)
    image.quantize(96).save(ROOT / "docs" / "review.png", optimize=True)


if __name__ == "__main__":
    main()
