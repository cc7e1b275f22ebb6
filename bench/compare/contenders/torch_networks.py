"""The workloads' networks as one writes them in PyTorch, with the weights of convlab's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn


def lenet5() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def mnist_conv() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(2704, 128), nn.ReLU(), nn.Linear(128, 10)),
    )


def horse_or_human() -> nn.Module:
    layers: list[nn.Module] = []
    for before, after in ((3, 16), (16, 32), (32, 64), (64, 64), (64, 64)):
        layers += [nn.Conv2d(before, after, 3), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 1))


class Block(nn.Module):
    def __init__(self, channels: int, width: int, stride: int, project: bool) -> None:
        super().__init__()
        norm = lambda width: nn.BatchNorm2d(width, eps=1e-3)  # noqa: E731
        self.main = nn.Sequential(
            *(nn.Conv2d(channels, width, 1, stride), norm(width), nn.ReLU()),
            *(nn.Conv2d(width, width, 3, padding=1), norm(width), nn.ReLU()),
            *(nn.Conv2d(width, 4 * width, 1), norm(4 * width)),
        )
        shortcut = (nn.Conv2d(channels, 4 * width, 1, stride), norm(4 * width))
        self.shortcut = nn.Sequential(*shortcut) if project else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.main(x) + self.shortcut(x))


STAGES = ((64, "abc", 1), (128, "abcd", 2), (256, "abcdef", 2), (512, "abc", 2))


def resnet50() -> nn.Module:
    """As the course has it: the stride stands in a block's first convolution."""
    layers = [nn.ZeroPad2d(3), nn.Conv2d(3, 64, 7, 2), nn.BatchNorm2d(64, eps=1e-3), nn.ReLU(), nn.MaxPool2d(3, 2)]
    channels = 64
    for width, letters, stride in STAGES:
        for letter in letters:
            layers.append(Block(channels, width, stride if letter == "a" else 1, project=letter == "a"))
            channels = 4 * width
    return nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(2048, 6))


class DenseLayer(nn.Module):
    def __init__(self, channels: int, growth: int, d: dict[str, type[nn.Module]]) -> None:
        super().__init__()
        self.main = nn.Sequential(
            *(d["norm"](channels), nn.ReLU(), d["conv"](channels, 4 * growth, 1, bias=False)),
            *(d["norm"](4 * growth), nn.ReLU(), d["conv"](4 * growth, growth, 3, padding=1, bias=False)),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.main(x)], 1)


DIMENSIONS: dict[int, dict[str, type[nn.Module]]] = {
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


def resnet_names() -> Iterator[str]:
    """The layers with weights, in the order of the modules."""
    yield from ("conv1", "bn_conv1")
    for stage, (_, letters, _) in enumerate(STAGES, 2):
        for letter in letters:
            for branch in ("2a", "2b", "2c") + (("1",) if letter == "a" else ()):
                yield from (f"res{stage}{letter}_branch{branch}", f"bn{stage}{letter}_branch{branch}")
    yield "fc6"


def dense_names(blocks: list[int]) -> Iterator[str]:
    yield from ("conv1_conv", "conv1_bn")
    for stage, count in enumerate(blocks, 2):
        if stage > 2:
            yield from (f"pool{stage - 1}_bn", f"pool{stage - 1}_conv")
        for i in range(1, count + 1):
            name = f"conv{stage}_block{i}"
            yield from (f"{name}_0_bn", f"{name}_1_conv", f"{name}_1_bn", f"{name}_2_conv")
    yield from ("bn", "predictions")


LARGE, SMALL = [6, 12, 24, 16], [4, 4, 4]
NETWORKS = {
    "lenet5": (lenet5, lambda: ["conv1", "conv2", "dense1", "dense2", "output"]),
    "mnistConv": (mnist_conv, lambda: ["conv1", "dense1", "output"]),
    "horseOrHuman": (horse_or_human, lambda: [*(f"conv{i}" for i in range(1, 6)), "dense1", "output"]),
    "ResNet50": (resnet50, resnet_names),
    "densenet": (lambda: dense_net(2, SMALL, 12, 24, 6), lambda: dense_names(SMALL)),
    "densenet121": (lambda: dense_net(2, LARGE, 32, 64, 1000), lambda: dense_names(LARGE)),
    "densenet121-3d": (lambda: dense_net(3, LARGE, 32, 64, 1000), lambda: dense_names(LARGE)),
}


def build(name: str, weights: dict[str, np.ndarray]) -> nn.Module:
    make, names = NETWORKS[name]
    model = make()
    modules = [module for module in model.modules() if hasattr(module, "weight")]
    used = 0
    channels = 1
    with torch.no_grad():
        for module, layer in zip(modules, names(), strict=True):
            own = {key.rpartition("/")[2]: value for key, value in weights.items() if key.rpartition("/")[0] == layer}
            used += len(own)
            if isinstance(module, nn.Linear):
                own["kernel"] = by_channels(own["kernel"], channels)
            channels = put(module, own)
    assert used == len(weights), f"{len(weights) - used} weights of {name} were not asked for"
    return model


def by_channels(kernel: np.ndarray, channels: int) -> np.ndarray:
    """A dense kernel [inputs, units] for inputs that stand channel by channel, not place by place."""
    inputs, units = kernel.shape
    return kernel.reshape(inputs // channels, channels, units).transpose(1, 0, 2).reshape(inputs, units)


def put(module: nn.Module, own: dict[str, np.ndarray]) -> int:
    """Gives a module its weights; how many channels come out of it, for what follows a flattening."""
    if "gamma" in own:
        pairs = (("weight", "gamma"), ("bias", "beta"), ("running_mean", "moving_mean"), ("running_var", "moving_variance"))
        for name, key in pairs:
            getattr(module, name).copy_(torch.from_numpy(own[key]))
        return len(own["gamma"])
    kernel = own["kernel"]
    axes = (kernel.ndim - 1, kernel.ndim - 2, *range(kernel.ndim - 2))
    module.weight.copy_(torch.from_numpy(np.ascontiguousarray(kernel.transpose(axes))))
    if "bias" in own:
        module.bias.copy_(torch.from_numpy(own["bias"]))
    return 1 if isinstance(module, nn.Linear) else kernel.shape[-1]
