"""bench/RESULTS.md out of bench/results.json."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from machine import sentence
from measure import IDLE_LIMIT
from results import roof, shares
from workloads import ALL, CELL, KERAS, NATIVE, OURS, STOCK, TORCH, WASM, WORKLOADS

REPORT = Path(__file__).resolve().parents[1] / "RESULTS.md"
ORDER = [workload.name for workload in (*WORKLOADS, CELL)]

Entries = Mapping[str, Any]

NOTES = """Every row comes from one run in which the contenders took turns, round by round, each in a process of its own that
stays alive: a median, the quartiles behind it, and the median of the rounds' ratios, *ours ÷ theirs*. All use all
cores. **Bold** misses its goal. Nothing is left out of the times but what stands in the second table: the start of the
process, and the first run with what it compiles or traces.

All begin with the same weights and see the same batches in the same order. The third table says how far the losses (or
outputs) lie apart; the run fails above the tolerance. Losses of the deep networks with batch norm are compared for the
first two or three steps only, at a learning rate of 0.0001, since each step of Adam magnifies rounding. ResNet50's head
begins at a tenth of its weights: stock tfjs's loss clips probabilities below 1e-7, the others' do not.

Optimizers are made equal: epsilon is 1e-7 everywhere, for Adam after the bias is corrected (for which Keras' own is
given some scalars more), for RMSprop, with a decay of 0.9, beneath the root (in PyTorch ten lines on its own `_foreach`
operators, as its own adds it beside).

Each does a step as its users do: `train.compile` (as `train.fit` does in long trainings), `trainOnBatch`,
`train_on_batch` with what Keras compiles by itself, and PyTorch's eager mode. Forward passes: `models.predict`,
`predict`, `predict_on_batch`, and `inference_mode`.
"""

LEFT = """[profile/RESULTS.md](profile/RESULTS.md) has the times of the nodes of compiled steps (`npm run bench -- profile --write`).

- **LeNet-5 and the conv-16 net beside Keras.** XLA makes one program of the whole step. Here a third or a fifth of the
  nodes' time is matrix products; the rest is some hundred small nodes of a few microseconds, each a pass over memory.
  Tried: pooling and its gradient by blocks of pixels, convolutions as one product for the batch, the optimizer in one
  pass of SIMD code that leaves out numbers near zero (which processors are slow with), gradients that are not copied once
  more; one thread instead of two, which is slower also where another program takes one of them. What is left wants fused
  nodes, which onnxruntime does not make of training graphs.
- **ResNet50 beside Keras.** Half of the step is products and convolutions in MLAS; the seventh that lies outside of the
  nodes is mostly Adam, in one thread: 23.5 million weights with their moments go through memory once. Half of Keras'
  time would be three quarters of the roof (above). Tried: the gradient of a filter as a product for each place of its
  window, with pixels copied whole (from 2.6 to 1.9 ms for one of 128 × 128 channels).
- **DenseNet on SIGNS.** 1,800 nodes, many of them on vectors of 12 to 72 channels; the gradients of the 3×3 filters and of
  the first one (7×7 on three channels) are the largest. Tried, with what it took off a step of 35 ms: channels split where
  they are, products of batch norm's factors that share their beginnings, no sums of what lies around a mean (together 5 %);
  overlapping max pooling with a row for each pixel, so that transpositions are those of matrices (4 %); moving averages
  beside the graph (nothing).
- **Horse-or-human, later epochs.** It stays eager: convolutions of 300×300 pixels are faster in TensorFlow, whose kernels
  Keras uses too; a compiled step took 3.7 times as long (`npm run bench -- steps --only horseOrHuman`). What is gained
  is gained in the gradients of convolution and pooling, and in reading the pictures. Tried in the compiled step: pooling
  without indices, which was slower.
- **DenseNet-121, batch 8, beside Keras.** Equal: the same convolutions, in MLAS here and in oneDNN there.
"""


def report(entries: Entries) -> str:
    known = [name for name in ORDER if name in entries]
    parts = [
        "# convlab beside stock tfjs-node, Keras and PyTorch",
        "Made by `npm run bench`; `npm run bench -- compare --only NAME…` measures some rows again.",
        NOTES.strip(),
        "## Times and ratios",
        times(entries, known),
        "## CPU time of one run, of all cores",
        cpu_times(entries, known),
        "## Start and first run, seconds",
        warm_ups(entries, known),
        "## Agreement",
        agreements(entries, known),
        "## The roof",
        roofs(entries, known),
        "## Goals that were missed: what was tried, and what is left",
        LEFT.strip(),
        "## The machine",
        machines(entries, known),
    ]
    return "\n\n".join(parts) + "\n"


def times(entries: Entries, known: Iterable[str]) -> str:
    others = sorted({name for _, row in all_rows(entries, known) for name in row["spread"]} - set(ALL))
    head = ["", *ALL, *others, "÷ stock", "÷ Keras (goal)", "÷ PyTorch (goal)", "÷ others (goal)"]
    lines = []
    for _, row in all_rows(entries, known):
        cells = [row["title"]]
        cells += [with_spread(row["spread"].get(name), row["unit"]) for name in (*ALL, *others)]
        found = row["ratios"].get(NATIVE, {})
        cells += [one_ratio(row, found, peer) for peer in (STOCK, KERAS, TORCH)]
        cells.append(", ".join(f"{peer} {one_ratio(row, found, peer)}" for peer in others if peer in found))
        lines.append(cells)
    return table(head, lines)


def all_rows(entries: Entries, known: Iterable[str]) -> list[tuple[str, Any]]:
    return [(name, row) for name in known for row in entries[name]["rows"].values()]


def one_ratio(row: Mapping[str, Any], found: Mapping[str, float], peer: str) -> str:
    if peer not in found:
        return ""
    text = f"{found[peer]:.2g}"
    if peer in row["missed"]:
        text = f"**{text}**"
    return f"{text} ({row['goals'][peer]:g})" if peer in row["goals"] else text


def with_spread(spread: Any, unit: str) -> str:
    if spread is None:
        return ""
    low, middle, high = spread
    text = amount(middle, unit)
    return text if low == high else f"{text} ({amount(low, unit)}–{amount(high, unit)})"


def amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 1e9:.2f} GB"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def cpu_times(entries: Entries, known: Iterable[str]) -> str:
    """What a busy machine falsifies less than the clock."""
    others = sorted({who for name in known for who in entries[name]["cpu"]} - set(ALL))
    lines = []
    for name in known:
        cpu = entries[name]["cpu"]
        if cpu:
            cells = [amount(cpu[who], "s") if who in cpu else "" for who in (*ALL, *others)]
            lines.append([title_of(entries, name), *cells])
    return table(["", *ALL, *others], lines)


def warm_ups(entries: Entries, known: Iterable[str]) -> str:
    lines = []
    for name in known:
        start, first = entries[name]["start"], entries[name]["first"]
        if start:
            cells = [f"{start[who]:.2g} + {first[who]:.2g}" if who in start else "" for who in ALL]
            lines.append([title_of(entries, name), *cells])
    return table(["process until it can work + first run", *ALL], lines)


def title_of(entries: Entries, name: str) -> str:
    return next(iter(entries[name]["rows"].values()))["title"].removesuffix(", later ones")


def agreements(entries: Entries, known: Iterable[str]) -> str:
    lines = []
    for name in known:
        agreement = entries[name]["agreement"]
        if agreement["values"] and agreement["apart"]:
            apart = ", ".join(f"{who} {one:.0e}" for who, one in agreement["apart"].items())
            lines.append([title_of(entries, name), str(agreement["values"]), f"{agreement['tolerance']:g}", apart])
    return table(["", "values", "tolerance", "relative distance from convlab's"], lines)


def roofs(entries: Entries, known: Iterable[str]) -> str:
    rate = roof(entries)
    if rate is None:
        return "The rate of a product of matrices was not measured."
    lines = []
    for name in known:
        found = shares(entries, name)
        if found:
            lines.append([title_of(entries, name), *(percent(found.get(who)) for who in (NATIVE, WASM, TORCH))])
    text = (
        f"The fastest product of two 1024×1024 matrices does {2 * rate / 1e9:.0f} GFLOP/s. A step of training multiplies "
        "three times what the forward pass does (once forward, once for each of the two gradients); this is the share of "
        "that rate that the whole step reaches:"
    )
    return f"{text}\n\n{table(['', NATIVE, WASM, TORCH], lines)}"


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def machines(entries: Entries, known: Iterable[str]) -> str:
    lines = []
    for name in known:
        entry = entries[name]
        versions = ", ".join(f"{who} {version}" for who, version in entry["versions"].items() if who not in OURS and version)
        load = "–".join(f"{one:.1f}" for one in entry["load"])
        busy = [f"{who} {share:.0%}" for who, share in entry["idle"].items() if share > IDLE_LIMIT]
        notes = [f"data: {entry['source']}" if entry["source"] else "", entry["leftOut"], versions]
        notes += [f"computed while it waited: {', '.join(busy)}"] if busy else []
        lines.append([title_of(entries, name), entry["measured"], str(entry["rounds"]), load, "; ".join(filter(None, notes))])
    said = list(dict.fromkeys(sentence(entries[name]["machine"]) for name in known))
    head = ["", "measured", "rounds", "load before–after", "notes"]
    return "\n".join(said) + "\n\n" + table(head, lines)


def table(head: list[str], lines: list[list[str]]) -> str:
    used = [i for i in range(len(head)) if i == 0 or any(line[i] for line in lines)]
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row[i] for i in used) + " |" for row in rows)


def summary(entry: Mapping[str, Any]) -> str:
    """For the terminal: medians with quartiles, and what convlab's are of each."""
    lines = []
    for row in entry["rows"].values():
        lines.append(f"{row['title']}")
        for who, spread in row["spread"].items():
            found = {ours: own[who] for ours, own in row["ratios"].items() if who in own}
            ratios = ", ".join(f"{ours} ÷ it {one:.3g}" for ours, one in found.items())
            goal = row["goals"].get(who, math.nan)
            wanted = "" if math.isnan(goal) else f", goal {goal:g}{' MISSED' if who in row['missed'] else ''}"
            lines.append(f"  {who:16} {with_spread(spread, row['unit']):32} {ratios}{wanted}")
    lines += [f"  start and first run: {who} {entry['start'][who]:.2g} + {one:.2g} s" for who, one in entry["first"].items()]
    apart = ", ".join(f"{who} {one:.1e}" for who, one in entry["agreement"]["apart"].items())
    lines += [f"  apart from convlab's values: {apart}"] if apart else []
    busy = ", ".join(f"{who} {share:.1%}" for who, share in entry["idle"].items())
    lines += [f"  computed while it waited: {busy}"] if busy else []
    return "\n".join(lines)
