"""Trainings side by side: each in a process of its own, `ours.cjs` and `theirs.py`, whose last line is its result as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def use_data(name: str) -> None:
    """Let the trainings find the real data from whatever folder they start in; where `name` is not there, that is all."""
    folder = Path(os.environ.get("CONVLAB_DATA", ""))
    if not (folder / name).exists():
        sys.exit(f"error: CONVLAB_DATA does not name a folder with {name}")
    os.environ["CONVLAB_DATA"] = str(folder.resolve())


def commands(here: Path, peer: str, python: str | Path = sys.executable) -> dict[str, list[str]]:
    """The trainings of a bench's folder, by who trains."""
    return {
        "convlab": [os.environ["NODE"], str(here / "ours.cjs")],
        peer: [str(python), str(here / "theirs.py")],
    }


def train(command: list[str], *args: object) -> Any:
    """What the training found."""
    whole = [*command, *map(str, args)]
    done = subprocess.run(whole, cwd=Path(command[1]).parent, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])
