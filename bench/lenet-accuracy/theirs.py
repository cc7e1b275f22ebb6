"""The course's two networks in PyTorch, the same recipe: theirs.py NET SEED EPOCHS, with CONVLAB_DATA."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn


def images(name: str) -> torch.Tensor:
    raw = gzip.decompress((FOLDER / f"{name}-images-idx3-ubyte.gz").read_bytes())
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 28, 28).copy()).float() / 255


def labels(name: str) -> torch.Tensor:
    raw = gzip.decompress((FOLDER / f"{name}-labels-idx1-ubyte.gz").read_bytes())
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=8).astype(np.int64))


def network(name: str) -> nn.Sequential:
    third = [nn.Conv2d(16, 32, 5), nn.ReLU()] if name == "customLenet" else []
    flat = 32 if third else 400
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        *third, nn.Flatten(),
        nn.Linear(flat, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def main(name: str, seed: str, epochs: str) -> None:
    torch.manual_seed(int(seed))
    model = network(name)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss = nn.CrossEntropyLoss()
    x, y = images("train"), labels("train")
    for _ in range(int(epochs)):
        for batch in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        output, answers = model(images("t10k")), labels("t10k")
        accuracy = (output.argmax(1) == answers).float().mean().item()
        print(json.dumps({"loss": loss(output, answers).item(), "accuracy": accuracy}))


FOLDER = Path(os.environ["CONVLAB_DATA"]) / "mnist"
main(*sys.argv[1:])
