"""Where things are on the machine that grades: Node, the compiled kernel, the engine's library."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .course import CourseError

# settings of the one who grades that a submission's run takes over
PASSED_ON = ("CONVLAB_ENGINE", "CONVLAB_FAST", "CONVLAB_DATA")


@dataclass(frozen=True)
class Place:
    """A checkout, and what of it a submission may read."""

    root: Path
    node: str

    @property
    def reads(self) -> list[Path]:
        """The kernel and the engine; neither the lessons, nor the expected outputs, nor the sources."""
        modules = self.root / "node_modules"
        paths = [self.root / "dist", self.root / "package.json", self.root / "data" / "catalogue.json", modules, modules.resolve(), Path(self.node)]
        for library in ("tensorflow", "nvidia"):
            paths += [path.resolve() for path in (self.root / ".venv").glob(f"lib/python*/site-packages/{library}")]
        if data := os.environ.get("CONVLAB_DATA"):
            paths.append(Path(data).resolve())
        return [path for path in dict.fromkeys(paths) if not path.is_relative_to("/usr")]

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
    """The checkout that this file is in; `NODE` names the Node to use."""
    node = os.environ.get("NODE") or shutil.which("node") or "node"
    root = Path(__file__).resolve().parents[2]
    if root.is_relative_to("/usr"):
        raise CourseError(f"submissions can read /usr, and convlab with its expected outputs lies there ({root}); put it elsewhere")
    return Place(root, os.path.realpath(node))
