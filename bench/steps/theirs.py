"""Steps of training in PyTorch: python theirs.py ROUNDS [NETWORK…]. Prints a JSON line for each network."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare" / "contenders"))

from torch_networks import dense_net, lenet5, mnist_conv, resnet50  # noqa: E402

THREADS = os.environ.get("TF_NUM_INTRAOP_THREADS")


def custom_lenet() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(32, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


NETWORKS = {
    "lenet5": (lenet5, (64, 1, 28, 28), 10),
    "customLenet": (custom_lenet, (64, 1, 28, 28), 10),
    "mnistConv": (mnist_conv, (32, 1, 28, 28), 10),
    "resnet50": (resnet50, (32, 3, 64, 64), 6),
    "denseNet": (lambda: dense_net(2, [4, 4, 4], 12, 24, 6), (32, 3, 64, 64), 6),
    "denseNet3d": (lambda: dense_net(3, [2, 2], 8, 16, 2), (16, 1, 24, 24, 24), 2),
}


def measure(name: str, rounds: int) -> dict:
    build, shape, classes = NETWORKS[name]
    model = build()
    optimizer = torch.optim.Adam(model.parameters())
    x, y = torch.rand(shape), torch.arange(shape[0]) % classes
    rows = []
    for _ in range(rounds + 1):
        cpu, clock = time.process_time(), time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        rows.append({"cpu": time.process_time() - cpu, "clock": time.perf_counter() - clock})
    return {"engine": "pytorch", "threads": torch.get_num_threads(), "name": name, "steps": rows[1:]}


def main() -> None:
    if THREADS:
        torch.set_num_threads(int(THREADS))
    rounds, *names = sys.argv[1:]
    for name in names or NETWORKS:
        if name in NETWORKS:
            print(json.dumps(measure(name, int(rounds))), flush=True)


main()
