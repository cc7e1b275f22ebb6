"""The blocks of ResNet and DenseNet in Keras, with weights from seeds; the course's own numbers among them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from files import write
from keras import layers

COURSE = {
    "identity": [0.94822985, 0.0, 1.16101444, 2.747859, 0.0, 1.36677003],
    "convolutional": [0.09018463, 1.23489773, 0.46822017, 0.0367176, 0.0, 0.65516603],
}
SETTINGS = ("filters", "kernel_size", "strides", "padding", "use_bias", "units", "epsilon")
TENSOR = Any


def _conv_norm(x: TENSOR, name: str, filters: int, size: int, strides: int) -> TENSOR:
    padding = "valid" if size == 1 else "same"
    x = layers.Conv2D(filters, size, strides, padding, name=f"res{name}")(x)
    return layers.BatchNormalization(name=f"bn{name}")(x)


def residual(x: TENSOR, f: int, filters: list[int], name: str, s: int | None) -> TENSOR:
    """A convolutional block of stride s, or an identity block for None."""
    main = layers.ReLU()(_conv_norm(x, f"{name}_branch2a", filters[0], 1, s or 1))
    main = layers.ReLU()(_conv_norm(main, f"{name}_branch2b", filters[1], f, 1))
    main = _conv_norm(main, f"{name}_branch2c", filters[2], 1, 1)
    shortcut = x if s is None else _conv_norm(x, f"{name}_branch1", filters[2], 1, s)
    return layers.ReLU()(layers.Add()([main, shortcut]))


def _norm_relu(x: TENSOR, name: str) -> TENSOR:
    return layers.ReLU()(layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=name)(x))


def _dense_layer(x: TENSOR, name: str, growth: int, bottleneck: int) -> TENSOR:
    grown = _norm_relu(x, f"{name}_0_bn")
    grown = layers.Conv2D(bottleneck * growth, 1, use_bias=False, padding="same", name=f"{name}_1_conv")(grown)
    grown = _norm_relu(grown, f"{name}_1_bn")
    grown = layers.Conv2D(growth, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(grown)
    return layers.Concatenate()([x, grown])


def _transition(x: TENSOR, name: str, compression: float) -> TENSOR:
    filters = int(x.shape[-1] * compression)
    fewer = layers.Conv2D(filters, 1, use_bias=False, padding="same", name=f"{name}_conv")(_norm_relu(x, f"{name}_bn"))
    return layers.AveragePooling2D(2)(fewer)


def _config(layer: keras.Layer) -> dict[str, Any]:
    """Name, kind and settings in tfjs' spelling. A 1×1 convolution pads nothing, whatever its padding."""
    config = layer.get_config()
    settings = {key: config[key] for key in SETTINGS if key in config}
    if settings.get("kernel_size") == (1, 1):
        del settings["padding"]
    if "epsilon" in settings and settings["epsilon"] == 1e-3:
        del settings["epsilon"]  # Keras' default
    camel = {"kernel_size": "kernelSize", "use_bias": "useBias"}
    named = {camel.get(key, key): list(value) if isinstance(value, tuple) else value for key, value in settings.items()}
    return {"name": layer.name, "type": type(layer).__name__, "outputShape": list(layer.output.shape[1:]), **named}


def _rounded(values: np.ndarray, digits: int) -> Any:
    return np.round(values.astype(float), digits).tolist()


def _draw(random: np.random.RandomState, weight: Any) -> np.ndarray:
    """Weights of every kind, none of which may be left out unseen."""
    values = random.uniform(-0.8, 0.8, weight.shape)
    kind = weight.path.split("/")[-1]
    return np.round(values + 1.2 if kind in ("gamma", "moving_variance") else values, 3)


def _course_weights(weight: Any) -> np.ndarray:
    """TensorFlow 1's `glorot_uniform(seed=0)`; batch norms as they begin."""
    if not weight.path.endswith("kernel"):
        return weight.numpy()
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        return session.run(tf.compat.v1.glorot_uniform_initializer(seed=0)(weight.shape))


def _case(seed: int, shape: tuple[int, ...], build: Callable[[TENSOR], TENSOR], course: bool = False) -> dict[str, Any]:
    random = np.random.RandomState(seed)
    x = random.randn(*shape) if course else np.round(random.randn(*shape), 3)
    inputs = keras.Input(shape[1:])
    model = keras.Model(inputs, build(inputs))
    weighted = [layer for layer in model.layers if layer.weights]
    for layer in weighted:
        layer.set_weights([_course_weights(w) if course else _draw(random, w) for w in layer.weights])
    weights = [[_rounded(value.ravel(), 8) for value in layer.get_weights()] for layer in weighted]
    return {
        "x": _rounded(x.reshape(len(x), -1), 8),
        "inputShape": list(shape[1:]),
        "layers": [{**_config(layer), "weights": w} for layer, w in zip(weighted, weights, strict=True)],
        "parameters": model.count_params(),
        "expected": _rounded(model.predict(x, verbose=0), 6),
    }


def _residuals(kind: str, seed: int, settings: list[tuple[Any, ...]], course: bool) -> list[dict[str, Any]]:
    cases = []
    if course:
        settings = [((3, 4, 4, 6), 2, [2, 4, 6], 1, "a", 2), *settings]
    for i, (shape, f, filters, stage, block, stride) in enumerate(settings):
        is_course = course and i == 0
        s = None if kind == "identity" else stride
        name = f"{stage}{block}"
        case = _case(1 if is_course else seed + i, shape, lambda x: residual(x, f, filters, name, s), is_course)
        if is_course:
            np.testing.assert_allclose(case["expected"][1][1][0], COURSE[kind], atol=2e-6)
        cases.append({"f": f, "filters": filters, "stage": stage, "block": block, "s": stride, **case})
    return cases


def _dense(seed: int) -> list[dict[str, Any]]:
    settings = [((2, 4, 5, 3), "conv2_block1", 2, 2), ((1, 5, 3, 4), "conv3_block2", 3, 1)]
    return [
        {"name": name, "growth": growth, "bottleneck": wide}
        | _case(seed + i, shape, lambda x: _dense_layer(x, name, growth, wide))
        for i, (shape, name, growth, wide) in enumerate(settings)
    ]


def _transitions(seed: int) -> list[dict[str, Any]]:
    settings = [((2, 5, 4, 6), "pool2", 0.5), ((1, 4, 7, 5), "pool3", 0.5), ((1, 6, 4, 4), "pool4", 0.75)]
    return [
        {"name": name, "compression": compression} | _case(seed + i, shape, lambda x: _transition(x, name, compression))
        for i, (shape, name, compression) in enumerate(settings)
    ]


def _resnet50(width: int, most: int) -> dict[str, Any]:
    """`most` blocks a stage at the most; 64 and 6 are ResNet50, less is the lesson's in fast mode."""
    inputs = keras.Input((64, 64, 3))
    x = layers.Conv2D(width, 7, 2, name="conv1")(layers.ZeroPadding2D(3)(inputs))
    x = layers.ReLU()(layers.BatchNormalization(name="bn_conv1")(x))
    x = layers.MaxPooling2D(3, 2)(x)
    for stage, blocks in ((2, "abc"), (3, "abcd"), (4, "abcdef"), (5, "abc")):
        wide = width * 2 ** (stage - 2)
        for block in blocks[:most]:
            s = (1 if stage == 2 else 2) if block == "a" else None
            x = residual(x, 3, [wide, wide, 4 * wide], f"{stage}{block}", s)
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    model = keras.Model(inputs, layers.Dense(6, activation="softmax", name="fc6")(x))
    kinds = [type(layer).__name__ for layer in model.layers]
    return {
        "layers": [_config(layer) for layer in model.layers if layer.weights],
        "parameters": model.count_params(),
        "trainable": int(sum(np.prod(w.shape) for w in model.trainable_weights)),
        "others": {kind: kinds.count(kind) for kind in ("Add", "MaxPooling2D", "AveragePooling2D")},
        "inputShape": [64, 64, 3],
        "outputShape": [6],
    }


def blocks() -> None:
    """Lessons 7 and 8."""
    visible = [((2, 4, 5, 3), 2, [2, 2, 3], 2, "b", 1), ((1, 5, 3, 2), 3, [3, 2, 2], 4, "c", 2)]
    hidden = [((2, 3, 5, 4), 3, [2, 3, 4], 3, "d", 2), ((1, 4, 4, 3), 2, [3, 2, 3], 5, "b", 3)]
    for kind in ("identity", "convolutional"):
        cases = _residuals(kind, 10, visible, course=True), _residuals(kind, 20, hidden, course=False)
        write(f"models-{kind}-block", *cases)
    write("models-dense-layer", _dense(30), _dense(40))
    write("models-transition", _transitions(50), _transitions(60))
    network, fast = _resnet50(64, 6), _resnet50(4, 2)
    assert network["parameters"] == 23_600_006
    assert network["trainable"] == 23_546_886
    write("models-resnet50", [{"fast": False, **network}, {"fast": True, **fast}])
    write("models-resnet50-head", *([{"classes": classes, "layer": f"fc{classes}"}] for classes in (6, 10)))
