"""What is measured, who takes part, and what is wanted of the ratios."""

from __future__ import annotations

from dataclasses import dataclass, field

NATIVE, WASM, STOCK = "convlab", "convlab wasm", "stock tfjs-node"
KERAS, TORCH = "Keras", "PyTorch"
PYTHON, LISTS, SCIPY, IPYKERNEL = "Python's loops", "loops over lists", "SciPy", "ipykernel"

OURS = (NATIVE, WASM)
ALL = (NATIVE, WASM, STOCK, KERAS, TORCH)


@dataclass(frozen=True)
class Workload:
    """One row of the table; `kind` is what the contenders are asked to do."""

    name: str
    title: str
    kind: str
    contenders: tuple[str, ...] = ALL
    goals: dict[str, float] = field(default_factory=dict)
    """The most that convlab's time may be of each peer's."""
    count: int = 1
    """Runs in a round, of which the time of one is told."""
    counts: dict[str, int] = field(default_factory=dict)
    """Other numbers for some contenders, where the runs are alike."""
    rounds: int = 7
    checked: int = 1
    """How many of the first values must agree."""
    tolerance: float = 1e-3
    with_first: bool = False
    """The first run is a row of its own: it reads files that later ones have in memory."""
    with_memory: bool = False
    left_out: str = ""
    """Who does not take part, and why."""

    def count_of(self, contender: str) -> int:
        return self.counts.get(contender, self.count)

    @property
    def is_training(self) -> bool:
        return self.kind in ("step", "epoch")


STEP_GOALS = {TORCH: 0.7, KERAS: 0.4}
FORWARD_GOALS = {TORCH: 1.0, KERAS: 0.7}

SMALL = {"goals": STEP_GOALS, "count": 200, "counts": {STOCK: 40}, "checked": 20}
"""Networks whose step takes milliseconds: in fewer, what a process fetches anew after the others' turns would count most."""

WORKLOADS = (
    Workload("product", "matrix product, 1024³", "product", (NATIVE, KERAS, TORCH), count=10, checked=0),
    Workload("lenet5", "LeNet-5, MNIST, batch 64, Adam: a step", "step", **SMALL),
    Workload("mnistConv", "conv-16 net, MNIST, batch 32, Adam: a step", "step", **SMALL),
    Workload(
        "resnet50",
        "ResNet50, SIGNS 64×64, batch 32, Adam: a step",
        "step",
        goals={TORCH: 1.0, KERAS: 0.5},
        checked=2,
    ),
    Workload(
        "denseNetSigns",
        "DenseNet (4, 4, 4), SIGNS 64×64, batch 32, Adam: a step",
        "step",
        goals={TORCH: 1.0, KERAS: 0.6},
        count=4,
        checked=3,
    ),
    Workload(
        "horseOrHuman",
        "horse-or-human, 300×300, batch 128, RMSprop: an epoch from files",
        "epoch",
        (NATIVE, KERAS, TORCH),
        goals=FORWARD_GOALS,
        with_first=True,
        left_out="stock tfjs-node (12 GB for an epoch) does not fit beside the others into 24 GiB;"
        " nor does the WASM engine, whose compiled steps take 9 GB",
    ),
    Workload("denseNet121x1", "DenseNet-121, 224×224, forward, batch 1", "forward", goals=FORWARD_GOALS, count=4, checked=16),
    Workload("denseNet121x8", "DenseNet-121, 224×224, forward, batch 8", "forward", goals=FORWARD_GOALS, checked=16),
    Workload(
        "denseNet3d",
        "DenseNet-121 in 3-D, 224³, forward, batch 1",
        "forward",
        (NATIVE, WASM, TORCH),
        goals={TORCH: 1.0},
        checked=16,
        with_memory=True,
        left_out="tfjs-node refuses batch norm of volumes; Keras has no goal here",
    ),
    Workload(
        "filter",
        "filter and pooling by plain loops, 512×512",
        "filter",
        (NATIVE, STOCK, PYTHON, LISTS, SCIPY),
        goals={PYTHON: 0.01, SCIPY: 1.5},
        count=20,
        counts={PYTHON: 1, LISTS: 1},
        checked=1,
    ),
    Workload(
        "keras",
        "Keras .h5 of 94 MB (ResNet50) into a model",
        "load",
        (NATIVE, WASM, KERAS),
        goals={KERAS: 1.0},
        left_out="stock tfjs-node and PyTorch read no such file",
    ),
    Workload("kernel", "kernel: start to first result", "kernel", (NATIVE, IPYKERNEL), goals={IPYKERNEL: 1.0}),
)

CELL = Workload("kernelCell", "kernel: a trivial cell", "kernel", (NATIVE, IPYKERNEL), goals={IPYKERNEL: 1.0})
"""Measured with the kernel's start."""
