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


def custom_lenet() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(32, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def mnist_conv() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(2704, 128), nn.ReLU(), nn.Linear(128, 10)),
    )


class DenseLayer(nn.Module):
    def __init__(self, channels: int, growth: int, d: dict) -> None:
        super().__init__()
        self.main = nn.Sequential(
            *(d["norm"](channels), nn.ReLU(), d["conv"](channels, 4 * growth, 1, bias=False)),
            *(d["norm"](4 * growth), nn.ReLU(), d["conv"](4 * growth, growth, 3, padding=1, bias=False)),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.main(x)], 1)


DIMENSIONS = {
    2: {"conv": nn.Conv2d, "norm": nn.BatchNorm2d, "max": nn.MaxPool2d, "mean": nn.AvgPool2d, "all": nn.AdaptiveAvgPool2d},
    3: {"conv": nn.Conv3d, "norm": nn.BatchNorm3d, "max": nn.MaxPool3d, "mean": nn.AvgPool3d, "all": nn.AdaptiveAvgPool3d},
}


def dense_net(dimensions: int, blocks: list[int], growth: int, channels: int, classes: int) -> nn.Module:
    d = DIMENSIONS[dimensions]
    inputs = 3 if dimensions == 2 else 1
    layers = [d["conv"](inputs, channels, 7, 2, 3, bias=False), d["norm"](channels), nn.ReLU(), d["max"](3, 2, 1)]
    for i, count in enumerate(blocks):
        for _ in range(count):
            layers.append(DenseLayer(channels, growth, d))
            channels += growth
        if i < len(blocks) - 1:
            layers += [d["norm"](channels), nn.ReLU(), d["conv"](channels, channels // 2, 1, bias=False), d["mean"](2)]
            channels //= 2
    layers += [d["norm"](channels), nn.ReLU(), d["all"](1), nn.Flatten(), nn.Linear(channels, classes)]
    return nn.Sequential(*layers)


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
