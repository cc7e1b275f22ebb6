"""The course's ResNet50 in Keras, the same recipe: theirs.py SEED EPOCHS [STEPS], with CONVLAB_DATA."""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

STAGES = [((64, 64, 256), 1, "abc"), ((128, 128, 512), 2, "abcd"), ((256, 256, 1024), 2, "abcdef"), ((512, 512, 2048), 2, "abc")]  # fmt: skip


def pictures(part: str) -> tuple[np.ndarray, np.ndarray]:
    with h5py.File(Path(os.environ["CONVLAB_DATA"], "signs", f"{part}_signs.h5")) as file:
        x, y = file[f"{part}_set_x"][:], file[f"{part}_set_y"][:]
    return x.astype(np.float32) / 255, keras.utils.to_categorical(y, 6)


def network(seed: int) -> keras.Model:
    def convolve(x, name: str, filters: int, size: int, strides: int = 1):
        padding = "valid" if size == 1 else "same"
        start = keras.initializers.GlorotUniform(seed=seed)
        x = layers.Conv2D(filters, size, strides, padding, name=f"res{name}", kernel_initializer=start)(x)
        return layers.BatchNormalization(name=f"bn{name}")(x)

    def block(x, filters: tuple[int, int, int], strides: int, name: str, is_first: bool):
        y = layers.ReLU()(convolve(x, f"{name}_branch2a", filters[0], 1, strides))
        y = layers.ReLU()(convolve(y, f"{name}_branch2b", filters[1], 3))
        y = convolve(y, f"{name}_branch2c", filters[2], 1)
        shortcut = convolve(x, f"{name}_branch1", filters[2], 1, strides) if is_first else x
        return layers.ReLU()(layers.Add()([y, shortcut]))

    start = keras.initializers.GlorotUniform(seed=seed)
    inputs = keras.Input((64, 64, 3))
    x = layers.ZeroPadding2D(3)(inputs)
    x = layers.Conv2D(64, 7, 2, name="conv1", kernel_initializer=start)(x)
    x = layers.ReLU()(layers.BatchNormalization(name="bn_conv1")(x))
    x = layers.MaxPooling2D(3, 2)(x)
    for i, (filters, strides, blocks) in enumerate(STAGES, 2):
        for letter in blocks:
            is_first = letter == "a"
            x = block(x, filters, strides if is_first else 1, f"{i}{letter}", is_first)
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    start = keras.initializers.GlorotUniform(seed=seed)
    return keras.Model(inputs, layers.Dense(6, activation="softmax", name="fc6", kernel_initializer=start)(x))


def falling(epochs: int) -> keras.callbacks.Callback:
    def rate(epoch: int) -> float:
        return 0.001 if epoch < 2 else 0.0005 * (1 + math.cos(math.pi * (epoch - 2) / (epochs - 2)))

    return keras.callbacks.LearningRateScheduler(rate)


def update_batch_norm(model: keras.Model, x: np.ndarray) -> None:
    """Plain means over the batches of one pass in place of the moving ones, as `train.updateBatchNorm`."""
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    order, seen = np.random.permutation(len(x)), 0
    for start in range(0, len(x), 32):
        batch = x[order[start : start + 32]]
        for norm in norms:
            norm.momentum = seen / (seen + len(batch))
        model(batch, training=True)
        seen += len(batch)


def main(seed: str, epochs: str, steps: str | None = None) -> None:
    keras.utils.set_random_seed(int(seed))
    model = network(int(seed))
    assert model.count_params() == 23_600_006
    model.compile(keras.optimizers.Adam(0.001), "categorical_crossentropy", metrics=["accuracy"])
    x, y = pictures("train")
    if steps:
        x, y = x[: 32 * int(steps)], y[: 32 * int(steps)]
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "best.weights.h5"))
        best = keras.callbacks.ModelCheckpoint(path, monitor="loss", mode="min", save_best_only=True, save_weights_only=True)
        began = time.perf_counter()
        model.fit(x, y, batch_size=32, epochs=int(epochs), callbacks=[falling(int(epochs)), best], verbose=0)
        model.load_weights(path)
        update_batch_norm(model, x)
        seconds = time.perf_counter() - began
    loss, accuracy = model.evaluate(*pictures("test"), batch_size=32, verbose=0)
    print(json.dumps({"loss": loss, "accuracy": accuracy, "seconds": seconds}))


main(*sys.argv[1:])
