"""The grader as it is imported and called in tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "scripts", Path(__file__).parent):
    sys.path.insert(0, str(folder))
# nbgrader calls programs of its environment by name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
# what is graded here is small: the engine that starts fastest
os.environ |= {"CONVLAB_ENGINE": "cpu", "CONVLAB_FAST": "1"}
# what the one who grades has, and no submission may see
os.environ["SOME_TOKEN"] = "secret"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --whole-corpus."""
    parser.addoption("--whole-corpus", action="store_true", help="all submissions and all lessons through nbgrader, which takes minutes more")


def pytest_configure(config: pytest.Config) -> None:
    """The mark of what would do harm on a machine that cannot isolate it."""
    config.addinivalue_line("markers", "namespaces: only where submissions can be isolated")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out, and says so, what needs namespaces where there are none."""
    from grader.sandbox import has_namespaces, not_isolated

    harmful = [item for item in items if item.get_closest_marker("namespaces")]
    if harmful and not has_namespaces():
        config.hook.pytest_deselected(items=harmful)
        items[:] = [item for item in items if item not in harmful]
        print(f"{len(harmful)} tests are left out: {not_isolated()}")
