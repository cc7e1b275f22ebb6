"""The peers' own Python environment, so that their packages stay out of the lessons' one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent
REQUIREMENTS = BENCH / "requirements.txt"
FOLDER = BENCH / ".venv"


def peer_python() -> Path:
    """The Python with PyTorch: CONVLAB_BENCH_PYTHON, else bench/.venv, made when it is missing (several GB)."""
    given = os.environ.get("CONVLAB_BENCH_PYTHON")
    if given:
        return Path(given)
    python = FOLDER / "bin" / "python"
    installed = FOLDER / "requirements.txt"
    if not installed.exists() or installed.read_text() != REQUIREMENTS.read_text():
        print(f"installing {REQUIREMENTS.name} into bench/.venv …", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
        installed.write_text(REQUIREMENTS.read_text())
    return python
