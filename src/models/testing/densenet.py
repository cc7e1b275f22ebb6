"""Write densenet.json: what Keras computes for two small DenseNets. Run it from here with the project's .venv."""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

CASES = [
    {"dimensions": 2, "inputShape": [33, 32, 3]},
    {"dimensions": 3, "inputShape": [16, 17, 16, 1]},
]
OPTIONS = {"blocks": [2, 2], "growth": 8, "initial": 6, "bottleneck": 3, "compression": 0.6, "classes": 5}
EXAMPLES = 3
RATE = 0.05

LAYERS = {
    dimensions: [
        getattr(layers, f"{kind}{dimensions}D")
        for kind in ("Conv", "ZeroPadding", "MaxPooling", "AveragePooling", "GlobalAveragePooling")
    ]
    for dimensions in (2, 3)
}


def norm_relu(x, norm, relu):
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=norm)(x)
    return layers.Activation("relu", name=relu)(x)


def densenet(dimensions, inputShape):
    Conv, Pad, MaxPool, AveragePool, GlobalAverage = LAYERS[dimensions]
    growth = OPTIONS["growth"]
    inputs = keras.Input(inputShape)
    x = Pad(3, name="conv1_pad")(inputs)
    x = Conv(OPTIONS["initial"], 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = Pad(1, name="pool1_pad")(norm_relu(x, "conv1_bn", "conv1_relu"))
    x = MaxPool(3, strides=2, name="pool1")(x)
    for block, count in enumerate(OPTIONS["blocks"], start=2):
        if block > 2:
            x = norm_relu(x, f"pool{block - 1}_bn", f"pool{block - 1}_relu")
            kept = int(x.shape[-1] * OPTIONS["compression"])
            x = Conv(kept, 1, use_bias=False, name=f"pool{block - 1}_conv")(x)
            x = AveragePool(2, strides=2, name=f"pool{block - 1}_pool")(x)
        for layer in range(1, count + 1):
            name = f"conv{block}_block{layer}"
            y = norm_relu(x, f"{name}_0_bn", f"{name}_0_relu")
            y = Conv(OPTIONS["bottleneck"] * growth, 1, use_bias=False, name=f"{name}_1_conv")(y)
            y = norm_relu(y, f"{name}_1_bn", f"{name}_1_relu")
            y = Conv(growth, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(y)
            x = layers.Concatenate(name=f"{name}_concat")([x, y])
    x = GlobalAverage(name="avg_pool")(norm_relu(x, "bn", "relu"))
    return keras.Model(inputs, layers.Dense(OPTIONS["classes"], name="predictions")(x))


def waves(count, phase):
    """Numbers in -1 to 1 that any language can make again."""
    return np.sin(np.arange(count, dtype=np.float64) ** 2 * 0.37 + phase)


def fixed(shape, layer, k):
    """Weight k of a layer, which is that many-th by name."""
    values = waves(int(np.prod(shape)), layer + k).reshape(shape)
    if len(shape) > 1:
        return values * np.sqrt(4 / np.prod(shape[:-1]))
    return 1 + 0.5 * values if k in (0, 3) else 0.2 * values  # gamma and variance, or beta, mean and bias


def run(case):
    model = densenet(**case)
    for i, name in enumerate(sorted(layer.name for layer in model.layers if layer.weights)):
        layer = model.get_layer(name)
        layer.set_weights([fixed(weight.shape, i, k) for k, weight in enumerate(layer.weights)])
    x = waves(EXAMPLES * int(np.prod(case["inputShape"])), 0.5).reshape([EXAMPLES, *case["inputShape"]])
    x = tf.constant(x, tf.float32)
    y = tf.one_hot([0, 3, 2], OPTIONS["classes"])
    stage = keras.Model(model.inputs, [model.get_layer(name).output for name in ("pool1", "pool2_pool", "relu")])
    places = list(range(1, len(x.shape) - 1))
    outputs = {
        "logits": model(x, training=False),
        "stages": [tf.reduce_mean(features, places) for features in stage(x, training=False)],
    }
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
    gradients = tape.gradient(loss, model.trainable_weights)
    for weight, gradient in zip(model.trainable_weights, gradients):
        weight.assign_sub(RATE * gradient)
    outputs["loss"] = loss
    outputs["trained"] = model(x, training=False)
    lists = tf.nest.map_structure(lambda t: np.round(np.asarray(t, np.float64), 7).tolist(), outputs)
    return {"options": {**case, **OPTIONS}, **lists}


cases = {"examples": EXAMPLES, "rate": RATE, "cases": [run(case) for case in CASES]}
pathlib.Path("densenet.json").write_text(json.dumps(cases, indent=1) + "\n")
