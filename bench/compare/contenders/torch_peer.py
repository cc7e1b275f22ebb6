"""PyTorch on the CPU at a workload: python torch_peer.py FOLDER KIND."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

import numpy as np
import torch
from arrays import batches, read, weights
from serve import Value, serve
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torch_networks import build

Work = Callable[[int], Value]


class RMSprop(torch.optim.Optimizer):
    """With epsilon beneath the root, as in tfjs and Keras, where PyTorch's own has it beside: another arithmetic."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, alpha: float = 0.9, eps: float = 1e-7) -> None:
        super().__init__(parameters, {"lr": lr, "alpha": alpha, "eps": eps})
        self.squares = [torch.zeros_like(weight) for weight in self.param_groups[0]["params"]]

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        group = self.param_groups[0]
        gradients = [weight.grad for weight in group["params"]]
        torch._foreach_mul_(self.squares, group["alpha"])
        torch._foreach_addcmul_(self.squares, gradients, gradients, value=1 - group["alpha"])
        roots = torch._foreach_add(self.squares, group["eps"])
        torch._foreach_sqrt_(roots)
        torch._foreach_addcdiv_(group["params"], gradients, roots, value=-group["lr"])


def optimizer(model: nn.Module, wanted: dict[str, Any]) -> torch.optim.Optimizer:
    """With tfjs's decay and epsilon."""
    rate = wanted["learningRate"]
    if wanted["name"] == "adam":
        return torch.optim.Adam(model.parameters(), rate, eps=1e-7)
    return RMSprop(model.parameters(), rate)


def load(folder: Path, spec: dict[str, Any]) -> nn.Module:
    is_volume = len(spec["inputShape"]) == 4
    return build(spec["network"] + ("-3d" if is_volume else ""), weights(folder))


def channels_first(x: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 1)))


def train(model: nn.Module, rule: torch.optim.Optimizer, loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]):
    def step(x: torch.Tensor, y: torch.Tensor) -> float:
        rule.zero_grad()
        value = loss(model(x), y)
        value.backward()
        rule.step()
        return value.item()

    return step


def step(folder: Path) -> Work:
    spec = read(folder, "spec.json")
    model = load(folder, spec)
    all_ = [(channels_first(x), torch.from_numpy(y.astype(np.int64))) for x, y in batches(folder, spec)]
    one = train(model, optimizer(model, spec["optimizer"]), nn.functional.cross_entropy)
    return lambda i: one(*all_[i % len(all_)])


class Pictures(Dataset):
    """Files, decoded by Pillow in the loader's processes; the bytes stay in memory that these share."""

    def __init__(self, folder: Path, shape: list[int]) -> None:
        listed = read(folder, "files.json")
        self.files = [folder / "pictures" / file for file in listed["files"]]
        self.labels = torch.tensor(listed["labels"], dtype=torch.float32)[:, None]
        height, width, channels = shape
        self.bytes = torch.zeros(len(self.files), channels, height, width, dtype=torch.uint8).share_memory_()
        self.is_there = torch.zeros(len(self.files), dtype=torch.bool).share_memory_()

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        from PIL import Image

        if not self.is_there[i]:
            with Image.open(self.files[i]) as picture:
                self.bytes[i] = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
            self.is_there[i] = True
        return self.bytes[i], self.labels[i]


def epoch(folder: Path) -> Work:
    spec = read(folder, "spec.json")
    model = load(folder, spec)
    one = train(model, optimizer(model, spec["optimizer"]), nn.functional.binary_cross_entropy_with_logits)
    pictures = Pictures(folder, spec["inputShape"])
    loader = DataLoader(pictures, spec["batch"], num_workers=torch.get_num_threads(), persistent_workers=True)

    def work(_: int) -> float:
        losses = [(one(x.float() / 255, y), len(x)) for x, y in loader]
        return sum(loss * count for loss, count in losses) / len(pictures)

    return work


def forward(folder: Path) -> Work:
    spec = read(folder, "spec.json")
    model = load(folder, spec).eval()
    x = channels_first(batches(folder, spec)[0][0])

    def work(_: int) -> Value:
        with torch.inference_mode():
            return model(x).flatten()[:16].tolist()

    return work


def product(folder: Path) -> Work:
    size = read(folder, "spec.json")["size"]
    a, b = torch.rand(size, size), torch.rand(size, size)

    def work(_: int) -> Value:
        torch.matmul(a, b)
        return []

    return work


KINDS = {"step": step, "epoch": epoch, "forward": forward, "product": product}


def main(folder: str, kind: str) -> None:
    limit = os.environ.get("TF_NUM_INTRAOP_THREADS")
    if limit:
        torch.set_num_threads(int(limit))
    about = {"threads": torch.get_num_threads(), "version": torch.__version__}
    serve(lambda: (KINDS[kind](Path(folder)), about))


main(*sys.argv[1:])
