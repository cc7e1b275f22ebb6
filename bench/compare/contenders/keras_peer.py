"""Keras on TensorFlow at a workload: python keras_peer.py FOLDER KIND. It reads its models from convlab's .h5 files."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any, Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from arrays import batches, read  # noqa: E402
from serve import Value, serve  # noqa: E402

Work = Callable[[int], Value]


def load(folder: Path, spec: dict[str, Any]) -> keras.Model:
    model = keras.models.load_model(folder / "model.h5", compile=False)
    if "optimizer" in spec:
        model.compile(optimizer(spec["optimizer"]), loss(spec))
    return model


class Adam(keras.optimizers.Adam):
    """With epsilon added after the bias is corrected, as in tfjs, PyTorch and the paper; Keras' own is added before.

    Some scalars more in a step; its arithmetic is the others' then.
    """

    @property
    def epsilon(self) -> Any:
        step = keras.ops.cast(self.iterations + 1, "float32")
        return 1e-7 * keras.ops.sqrt(1 - keras.ops.power(self.beta_2, step))

    @epsilon.setter
    def epsilon(self, _: float) -> None:
        pass


def optimizer(wanted: dict[str, Any]) -> keras.optimizers.Optimizer:
    """With tfjs's decay and epsilon."""
    rate = wanted["learningRate"]
    if wanted["name"] == "adam":
        return Adam(rate)
    return keras.optimizers.RMSprop(rate, rho=0.9, epsilon=1e-7)


def loss(spec: dict[str, Any]) -> keras.losses.Loss:
    if "classes" not in spec:
        return keras.losses.BinaryCrossentropy()
    return keras.losses.CategoricalCrossentropy(from_logits=spec["logits"])


def step(folder: Path) -> Work:
    spec = read(folder, "spec.json")
    model = load(folder, spec)
    all_ = [(tf.constant(x), tf.one_hot(y, spec["classes"])) for x, y in batches(folder, spec)]

    def work(i: int) -> float:
        # Keras' loss is a mean over steps until it is reset.
        model.reset_metrics()
        return model.train_on_batch(*all_[i % len(all_)])

    return work


def epoch(folder: Path) -> Work:
    """Decoded in parallel and kept after the first epoch, as TensorFlow's guide to data performance has it."""
    spec, files = read(folder, "spec.json"), read(folder, "files.json")
    model = load(folder, spec)
    paths = [str(folder / "pictures" / file) for file in files["files"]]

    def decode(path: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.ensure_shape(tf.io.decode_png(tf.io.read_file(path), 3), spec["inputShape"]), label

    pictures = tf.data.Dataset.from_tensor_slices((paths, np.float32(files["labels"])[:, None]))
    decoded = pictures.map(decode, tf.data.AUTOTUNE).cache().batch(spec["batch"])
    ready = decoded.map(lambda x, y: (tf.cast(x, tf.float32) / 255, y), tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
    return lambda _: model.fit(ready, epochs=1, verbose=0).history["loss"][0]


def forward(folder: Path) -> Work:
    spec = read(folder, "spec.json")
    model = load(folder, spec)
    x = tf.constant(batches(folder, spec)[0][0])
    return lambda _: model.predict_on_batch(x).ravel()[:16].tolist()


def load_file(folder: Path) -> Work:
    def work(_: int) -> int:
        model = keras.models.load_model(folder / "model.h5", compile=False)
        count = len(model.weights)
        del model
        gc.collect()
        return count

    return work


def product(folder: Path) -> Work:
    size = read(folder, "spec.json")["size"]
    a, b = (tf.random.uniform([size, size]) for _ in range(2))

    def work(_: int) -> Value:
        tf.linalg.matmul(a, b).numpy()
        return []

    return work


KINDS = {"step": step, "epoch": epoch, "forward": forward, "load": load_file, "product": product}


def main(folder: str, kind: str) -> None:
    about = {"threads": len(os.sched_getaffinity(0)), "version": f"{keras.__version__}, TensorFlow {tf.__version__}"}
    serve(lambda: (KINDS[kind](Path(folder)), about))


main(*sys.argv[1:])
