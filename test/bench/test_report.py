"""What is written down, and the guard, on made-up measurements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import results
from measure import Found, Idle
from report import report, summary
from worker import Answer
from workloads import KERAS, NATIVE, STOCK, TORCH, WORKLOADS, Workload

BY_NAME = {workload.name: workload for workload in WORKLOADS}
MACHINE = {key: "?" for key in ("processor", "cores", "memory", "system", "node", "python", "convlab", "commit")}


def found(**seconds: list[float]) -> Found:
    names = {"ours": NATIVE, "stock": STOCK, "keras": KERAS, "torch": TORCH}
    samples = {names[key]: value for key, value in seconds.items()}
    first = {name: value[0] * 3 for name, value in samples.items()}
    apart = {name: 1e-6 for name in samples if name != NATIVE}
    about = {name: {"version": "1", "threads": 2} for name in samples}
    spec = {"multiplyAdds": 1e9, "batch": 8, "count": 4, "size": 1000, "source": "local"}
    idle = dict.fromkeys(samples, 0.0)
    return Found(samples, samples, start=first, first=first, about=about, idle=idle, apart=apart, spec=spec)


def entry(name: str, **seconds: list[float]) -> dict:
    return results.record(BY_NAME[name], found(**seconds), 3, MACHINE)


def test_goals_that_are_missed_stand_out() -> None:
    text = report({"lenet5": entry("lenet5", ours=[0.01] * 3, stock=[0.05] * 3, keras=[0.02] * 3, torch=[0.1] * 3)})
    assert "| 0.2 | **0.5** (0.4) | 0.1 (0.7) |" in text
    assert "goal 0.4 MISSED" in summary(entry("lenet5", ours=[0.01] * 3, keras=[0.02] * 3))


def test_the_roof_is_the_fastest_product() -> None:
    entries = {
        "product": entry("product", ours=[0.02] * 3, torch=[0.01] * 3),
        "resnet50": entry("resnet50", ours=[0.48] * 3, torch=[0.96] * 3),
    }
    assert results.roof(entries) == pytest.approx(1e11)
    # 3 · 1e9 · 8 multiply-adds in 0.48 s, at 1e11 a second.
    assert results.shares(entries, "resnet50") == {NATIVE: pytest.approx(0.5), TORCH: pytest.approx(0.25)}
    assert "| 50 % | 25 % |" in report(entries)


def test_the_first_epoch_has_a_row_of_its_own() -> None:
    rows = entry("horseOrHuman", ours=[10.0] * 3, torch=[20.0] * 3)["rows"]
    assert rows["horseOrHuman"]["ratios"][NATIVE][TORCH] == 0.5
    assert rows["horseOrHumanFirst"]["spread"][NATIVE][1] == 30


def test_results_are_merged_workload_by_workload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")
    results.keep("lenet5", entry("lenet5", ours=[0.01] * 3, torch=[0.02] * 3))
    results.keep("filter", {"kept": 1})
    whole = results.keep("lenet5", entry("lenet5", ours=[0.0123456789] * 3, torch=[0.02] * 3))
    kept = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(kept) == list(whole) == ["lenet5", "filter"]
    assert kept["lenet5"]["rows"]["lenet5"]["spread"][NATIVE] == [0.012346] * 3


def test_every_goal_names_who_takes_part() -> None:
    for workload in WORKLOADS:
        assert set(workload.goals) <= set(workload.contenders), workload.name
        assert NATIVE in workload.contenders, workload.name


def test_who_computes_while_others_work_is_found_out() -> None:
    class Waiting:
        """A process that takes half a core all the time."""

        def __init__(self, contender: str) -> None:
            self.contender = contender
            self.spent = 0.0

        def used(self) -> float:
            self.spent += 0.5
            return self.spent

    workers = [Waiting("a"), Waiting("b")]
    idle = Idle(workers)  # type: ignore[arg-type]
    idle.while_others_wait(workers[0], lambda: Answer(1, 1, [], 0))  # type: ignore[arg-type]
    assert idle.used == {"a": 0.0, "b": 0.5}
    assert idle.waited["a"] == 0 and idle.shares().keys() == {"b"}


def test_contenders_may_do_other_numbers_of_runs() -> None:
    workload = Workload("w", "w", "filter", count=20, counts={"slow": 1})
    assert (workload.count_of("slow"), workload.count_of("fast")) == (1, 20)
