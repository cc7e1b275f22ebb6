"""The guard's verdicts, on made-up looks."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from conftest import BENCH
from workloads import WORKLOADS

LENET = next(workload for workload in WORKLOADS if workload.name == "lenet5")


@pytest.fixture
def guard() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guard_bench", BENCH / "guard/bench.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def looks(guard: ModuleType, monkeypatch: pytest.MonkeyPatch, *answers: float) -> list[int]:
    """The guard sees these ratios, one a look; how many rounds it asked for."""
    asked: list[int] = []
    coming = iter(answers)
    monkeypatch.setattr(guard, "look", lambda _, rounds: asked.append(rounds) or next(coming))
    return asked


def test_one_look_is_enough_where_it_holds(
    guard: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = looks(guard, monkeypatch, 0.25)
    assert guard.guard(LENET, 0.2)
    assert asked == [guard.ROUNDS]
    assert "0.25 of stock tfjs-node's time, 0.2 on record: holds" in capsys.readouterr().out


def test_a_second_look_decides(guard: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = looks(guard, monkeypatch, 0.3, 0.2)
    assert guard.guard(LENET, 0.2)
    assert asked == [guard.ROUNDS, guard.MORE]
    looks(guard, monkeypatch, 0.3, 0.3)
    assert not guard.guard(LENET, 0.2)
    assert "has fallen behind" in capsys.readouterr().out


def test_what_is_guarded_is_a_workload(guard: ModuleType) -> None:
    assert set(guard.GUARDED) <= {workload.name for workload in WORKLOADS}
