"""bench/results.json: each workload as it was measured last, whatever else was measured then."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from measure import Found
from ratios import missed, ratios, share_of_roof, spread
from workloads import NATIVE, OURS, TORCH, Workload

FILE = Path(__file__).resolve().parents[1] / "results.json"

Row = dict[str, Any]


def row(title: str, samples: Mapping[str, list[float]], goals: Mapping[str, float], unit: str = "s") -> Row:
    """Medians, quartiles and ratios of one quantity."""
    found = {ours: ratios(samples, ours) for ours in OURS if ours in samples}
    return {
        "title": title,
        "unit": unit,
        "spread": {name: spread(own) for name, own in samples.items()},
        "ratios": found,
        "goals": dict(goals),
        "missed": missed(found.get(NATIVE, {}), goals),
    }


def rows(workload: Workload, found: Found) -> dict[str, Row]:
    """The quantities of a workload, by the name of their row."""
    all_ = {workload.name: row(workload.title, found.seconds, workload.goals)}
    if workload.with_first:
        first = {name: [seconds] for name, seconds in found.first.items()}
        all_[workload.name]["title"] += ", later ones"
        all_[f"{workload.name}First"] = row(f"{workload.title}, the first", first, workload.goals)
    if workload.with_memory:
        peaks = {name: [float(peak)] for name, peak in found.peak.items()}
        all_[f"{workload.name}Memory"] = row(f"{workload.title}: most memory", peaks, workload.goals, "bytes")
    return all_


def record(workload: Workload, found: Found, rounds: int, machine: Mapping[str, Any]) -> dict[str, Any]:
    """One workload for the file."""
    return {
        "measured": date.today().isoformat(),
        "machine": dict(machine),
        "load": [round(load, 2) for load in found.load],
        "rounds": rounds,
        "runs": workload.count,
        "rows": rows(workload, found),
        "cpu": {name: spread(own)[1] for name, own in found.cpu.items()},
        "start": found.start,
        "first": found.first,
        "idle": found.idle,
        "agreement": {"values": workload.checked, "tolerance": workload.tolerance, "apart": found.apart},
        "source": found.spec.get("source"),
        "products": products(workload, found),
        "leftOut": workload.left_out,
        "versions": {name: about.get("version") for name, about in found.about.items()},
        "threads": {name: about.get("threads") for name, about in found.about.items()},
    }


def products(workload: Workload, found: Found) -> dict[str, float]:
    """What the roof is made of: multiply-adds of an example, and examples of a step."""
    if workload.kind == "product":
        return {"multiplyAdds": float(found.spec["size"]) ** 3}
    if "multiplyAdds" not in found.spec or not workload.is_training:
        return {}
    examples = found.spec["count"] if workload.kind == "epoch" else found.spec["batch"]
    return {"multiplyAdds": found.spec["multiplyAdds"], "examples": examples}


def roof(results: Mapping[str, Any]) -> float | None:
    """Multiply-adds a second of the fastest product of matrices, where it was measured."""
    if "product" not in results:
        return None
    entry = results["product"]
    return entry["products"]["multiplyAdds"] / min(own[1] for own in entry["rows"]["product"]["spread"].values())


def shares(results: Mapping[str, Any], name: str) -> dict[str, float]:
    """The share of the roof that convlab and PyTorch reach in a training."""
    rate, entry = roof(results), results[name]
    if rate is None or "examples" not in entry["products"]:
        return {}
    medians = {who: own[1] for who, own in entry["rows"][name]["spread"].items() if who in (*OURS, TORCH)}
    counts = entry["products"]
    return {
        who: share_of_roof(counts["multiplyAdds"], counts["examples"], seconds, rate) for who, seconds in medians.items()
    }


def kept() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def keep(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Puts one workload into the file, and gives them all."""
    whole = {**kept(), name: entry}
    temporary = FILE.with_suffix(".tmp")
    temporary.write_text(json.dumps(rounded(whole), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(temporary, FILE)
    return whole


def rounded(value: Any) -> Any:
    """Numbers with five digits: more are not measured."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, (list, tuple)) else value
