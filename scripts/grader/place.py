"""Where things are on the machine that grades: Node, the compiled kernel, the engine's library."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

# settings of the one who grades that a submission's run takes over
PASSED_ON = ("CONVLAB_ENGINE", "CONVLAB_FAST", "CONVLAB_DATA")


@dataclass(frozen=True)
class Place:
    """A checkout or an installed package, and what of it a submission may read."""

    root: Path
    node: str

    @property
    def reads(self) -> list[Path]:
        """The kernel and the engine; neither the lessons, nor the expected outputs, nor the sources.

        What may hold the whole of convlab comes before what of it is read: see `sandbox.sh`.
        """
        is_installed = self.root.parent.name == "node_modules"
        modules = self.root.parent if is_installed else self.root / "node_modules"
        paths = [modules, modules.resolve(), Path(self.node)]
        venv = Path(sys.prefix) if is_installed else self.root / ".venv"
        for library in ("tensorflow", "nvidia"):
            paths += [path.resolve() for path in venv.glob(f"lib/python*/site-packages/{library}")]
        if data := os.environ.get("CONVLAB_DATA"):
            paths.append(Path(data).resolve())
        around = [path for path in paths if path.is_relative_to(self.root) or not path.is_relative_to("/usr")]
        return [*dict.fromkeys(around), self.root / "dist", self.root / "package.json", self.root / "data" / "catalogue.json"]

    @property
    def expected(self) -> Path:
        """The expected outputs, for the judge alone."""
        return self.root / "data" / "expected"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a run: nothing of ours but how lessons run."""
        passed = {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)}
        return {"LANG": "C.UTF-8", "CONVLAB_OFFLINE": "1", "CONVLAB_CACHE": "/tmp/convlab", **passed}


def this_place() -> Place:
    """Where this file is; `NODE` names the Node to use."""
    node = os.environ.get("NODE") or shutil.which("node") or "node"
    return Place(Path(__file__).resolve().parents[2], os.path.realpath(node))
