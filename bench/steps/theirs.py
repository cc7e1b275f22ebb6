"""Steps of training in PyTorch: python theirs.py ROUNDS [NETWORK…]. Prints a JSON line for each network."""

from __future__ import annotations

import json
import os
import sys
import time

import torch
from torch import nn

THREADS = os.environ.get("TF_NUM_INTRAOP_THREADS")


def lenet5() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


class Block(nn.Module):
    def __init__(self, channels: int, width: int, stride: int, project: bool) -> None:
        super().__init__()
        self.main = nn.Sequential(
            *(nn.Conv2d(channels, width, 1, stride), nn.BatchNorm2d(width), nn.ReLU()),
            *(nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()),
            *(nn.Conv2d(width, 4 * width, 1), nn.BatchNorm2d(4 * width)),
        )
        shortcut = (nn.Conv2d(channels, 4 * width, 1, stride), nn.BatchNorm2d(4 * width))
        self.shortcut = nn.Sequential(*shortcut) if project else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.main(x) + self.shortcut(x))


def resnet50() -> nn.Module:
    """As the course has it: the stride stands in a block's first convolution."""
    layers = [nn.ZeroPad2d(3), nn.Conv2d(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2)]
    channels = 64
    for width, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for i in range(count):
            layers.append(Block(channels, width, stride if i == 0 else 1, project=i == 0))
            channels = 4 * width
    return nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(2048, 6))


NETWORKS = {"lenet5": (lenet5, (64, 1, 28, 28), 10), "resnet50": (resnet50, (32, 3, 64, 64), 6)}


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
