"""Callbacks that end a training, by Keras' own loop over epochs, and what the trainings of the lessons must reach."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from files import write


class _Stop(keras.callbacks.Callback):
    """The course's callback."""

    def __init__(self, threshold: float) -> None:
        super().__init__()
        self.threshold = threshold

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if logs and logs["accuracy"] > self.threshold:
            self.model.stop_training = True


def _played(accuracy: list[float], loss: list[float], threshold: float) -> dict[str, Any]:
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    callbacks = keras.callbacks.CallbackList([_Stop(threshold)], model=model)
    model.stop_training = False
    stops = None
    for epoch, logs in enumerate(zip(accuracy, loss, strict=True)):
        callbacks.on_epoch_end(epoch, dict(zip(("accuracy", "loss"), logs, strict=True)))
        if model.stop_training:
            stops = epoch
            break
    return {"accuracy": accuracy, "loss": loss, "threshold": threshold, "stopsAfter": stops}


def _curve(random: np.random.RandomState, epochs: int, end: float) -> tuple[list[float], list[float]]:
    """Errors that shrink from epoch to epoch, with some noise, to 1 - end."""
    errors = np.geomspace(0.2, 1 - end, epochs) * np.exp(random.normal(0, 0.05, epochs))
    loss = errors * random.uniform(2, 4, epochs)
    return [round(float(1 - error), 5) for error in errors], [round(float(value), 5) for value in loss]


def _cases(seed: int, threshold: float) -> list[dict[str, Any]]:
    random = np.random.RandomState(seed)
    above, below = round(1 - (1 - threshold) * 0.95, 6), round(1 - (1 - threshold) * 1.05, 6)
    cases = [_curve(random, epochs, 1 - (1 - threshold) * share) for epochs, share in ((9, 0.5), (15, 0.3), (12, 2.5))]
    cases.append(([above, above], [0.5, 0.4]))  # at the first epoch, and with a large loss
    cases.append(([0.9, below, below, below], [0.001, 0.0001, 0.00001, 0.0]))  # a small loss is no reason
    cases.append(([0.5, 0.4, 0.3, above, 0.2], [1.0, 1.1, 1.2, 0.9, 1.3]))  # not the trend, this epoch's accuracy
    return [_played(accuracy, loss, threshold) for accuracy, loss in cases]


def callbacks() -> None:
    """Lessons 3 and 6."""
    for name, threshold, epochs, best, seed in (("mnist", 0.998, 20, 0.998, 3), ("happy-or-sad", 0.999, 15, 0.95, 6)):
        write(f"{name}-callback", _cases(seed, threshold), _cases(seed + 100, threshold))
        write(f"{name}-training", [{"threshold": threshold, "epochs": epochs, "best": best}])
