"""What the figures were measured on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]


def machine() -> dict[str, Any]:
    node = subprocess.run([os.environ.get("NODE", "node"), "--version"], capture_output=True, text=True, check=True)
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "node": node.stdout.strip(),
        "python": platform.python_version(),
        "convlab": package["version"],
        "commit": commit(),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def commit() -> str:
    """Which state of the repository, with a + where files were changed since."""
    done = subprocess.run(["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def sentence(about: dict[str, Any]) -> str:
    return (
        f"{about['cores']} cores ({about['processor']}), {about['memory']} GiB, {about['system']}, "
        f"Node {about['node']}, Python {about['python']}, convlab {about['convlab']} ({about['commit']})"
    )
