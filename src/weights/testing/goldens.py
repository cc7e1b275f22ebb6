"""Write small files in the layouts of Keras 1 and 2, and goldens.json with what their models compute.

Those versions do not run on today's Python. The layouts follow their sources: `save_model`, `save_weights_to_hdf5_group`
and `get_config` of Keras 1.2.2 and 2.2.4. Run it from here with the project's .venv; Keras 3 computes the outputs.
"""

import json
import pathlib

import h5py
import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).parent
RANDOM = np.random.RandomState(0)
GOLDENS = {}


def ramp(shape):
    return (((np.arange(int(np.prod(shape))) * 7919) % 1021) / 1024 - 0.5).astype(np.float32).reshape(shape)


def randomized(model):
    for weight in model.weights:
        low, high = (0.5, 1.5) if weight.path.endswith("variance") else (-1, 1)
        weight.assign(RANDOM.uniform(low, high, weight.shape))
    return model


def write_weights(group, named, version, backend="tensorflow"):
    """named: layer → list of (weight's name, values)."""
    group.attrs["layer_names"] = [name.encode("utf8") for name in named]
    if version != "1.0":  # which did not tell
        group.attrs["backend"] = backend.encode("utf8")
        group.attrs["keras_version"] = version.encode("utf8")
    for layer, weights in named.items():
        layer_group = group.create_group(layer)
        layer_group.attrs["weight_names"] = [name.encode("utf8") for name, _ in weights]
        for name, values in weights:
            layer_group.create_dataset(name, data=np.asarray(values, np.float32))


def write_model(file, config, named, version):
    with h5py.File(HERE / file, "w", libver="latest") as f:
        f.attrs["keras_version"] = version.encode("utf8")
        f.attrs["backend"] = b"tensorflow"
        f.attrs["model_config"] = json.dumps(config).encode("utf8")
        write_weights(f.create_group("model_weights"), named, version)


def golden(file, model, shapes):
    outputs = model.predict([ramp(shape) for shape in shapes], verbose=0)
    GOLDENS[file] = {"inputs": shapes, "output": np.asarray(outputs).ravel().tolist()}


def values(layer):
    return [weight.numpy() for weight in layer.weights]


def keras1_sequential():
    conv = layers.Conv2D(4, (3, 2), strides=2, padding="same", activation="relu")
    norm = layers.BatchNormalization(epsilon=1e-5)
    dense = layers.Dense(3, activation="softmax", kernel_regularizer="l2")
    model = randomized(
        keras.Sequential([keras.Input((8, 8, 3)), conv, norm, layers.MaxPooling2D(2), layers.Flatten(), dense])
    )
    golden("keras1.h5", model, [[2, 8, 8, 3]])
    golden("keras1-theano.h5", model, [[2, 8, 8, 3]])
    common = {"trainable": True}
    regular = {"W_regularizer": None, "b_regularizer": None, "W_constraint": None, "b_constraint": None}
    config = [
        {
            "class_name": "Convolution2D",
            "config": {
                **common,
                **regular,
                "name": "convolution2d_1",
                "batch_input_shape": [None, 8, 8, 3],
                "input_dtype": "float32",
                "nb_filter": 4,
                "nb_row": 3,
                "nb_col": 2,
                "init": "glorot_uniform",
                "activation": "relu",
                "border_mode": "same",
                "subsample": [2, 2],
                "dim_ordering": "tf",
                "activity_regularizer": None,
                "bias": True,
            },
        },
        {
            "class_name": "BatchNormalization",
            "config": {
                **common,
                "name": "batchnormalization_1",
                "epsilon": 1e-5,
                "mode": 0,
                "axis": -1,
                "momentum": 0.99,
                "gamma_regularizer": None,
                "beta_regularizer": None,
            },
        },
        {
            "class_name": "MaxPooling2D",
            "config": {
                **common,
                "name": "maxpooling2d_1",
                "pool_size": [2, 2],
                "strides": [2, 2],
                "border_mode": "valid",
                "dim_ordering": "tf",
            },
        },
        {"class_name": "Dropout", "config": {**common, "name": "dropout_1", "p": 0.5}},
        {"class_name": "Flatten", "config": {**common, "name": "flatten_1"}},
        {
            "class_name": "Dense",
            "config": {
                **common,
                **regular,
                "name": "dense_1",
                "output_dim": 3,
                "init": "uniform",
                "activation": "softmax",
                "W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01},
                "activity_regularizer": None,
                "bias": True,
                "input_dim": None,
            },
        },
    ]
    (kernel, bias), statistics, (weights, offsets) = values(conv), values(norm), values(dense)
    norms = ["gamma", "beta", "running_mean", "running_std"]
    normed = [(f"batchnormalization_1_{name}:0", value) for name, value in zip(norms, statistics)]
    densed = [("dense_1_W:0", weights), ("dense_1_b:0", offsets)]
    empty = {"maxpooling2d_1": [], "dropout_1": [], "flatten_1": []}
    named = {
        "convolution2d_1": [("convolution2d_1_W:0", kernel), ("convolution2d_1_b:0", bias)],
        "batchnormalization_1": normed,
        **empty,
        "dense_1": densed,
    }
    write_model("keras1.h5", {"class_name": "Sequential", "config": config}, named, "1.2.2")
    # Theano's kernels: [filters, channels, rows, columns], turned by 180 degrees.
    turned = kernel[::-1, ::-1].transpose(3, 2, 0, 1)
    named["convolution2d_1"] = [("convolution2d_1_W", turned), ("convolution2d_1_b", bias)]
    with h5py.File(HERE / "keras1-theano.h5", "w", libver="latest") as f:
        write_weights(f, named, "1.2.2", "theano")


def keras1_merge():
    one, two = keras.Input((3,)), keras.Input((3,))
    dense = layers.Dense(3)
    shared = [dense(one), dense(two)]
    total = layers.Add()(shared)
    model = randomized(keras.Model([one, two], layers.Concatenate()([total, shared[0]])))
    golden("keras1-merge.h5", model, [[2, 3], [2, 3]])

    def merge(name, mode, nodes):
        config = {"name": name, "mode": mode, "mode_type": "raw", "concat_axis": -1, "dot_axes": -1, "arguments": {}}
        return {"class_name": "Merge", "name": name, "config": config, "inbound_nodes": [nodes]}

    def source(name):
        config = {"name": name, "batch_input_shape": [None, 3], "input_dtype": "float32", "sparse": False}
        return {"class_name": "InputLayer", "name": name, "config": config, "inbound_nodes": []}

    dense_config = {"name": "dense_1", "output_dim": 3, "init": "glorot_uniform", "activation": "linear", "bias": True}
    config = {
        "name": "model_1",
        "layers": [
            source("input_1"),
            source("input_2"),
            {
                "class_name": "Dense",
                "name": "dense_1",
                "config": dense_config,
                "inbound_nodes": [[["input_1", 0, 0]], [["input_2", 0, 0]]],
            },
            merge("merge_1", "sum", [["dense_1", 0, 0], ["dense_1", 1, 0]]),
            merge("merge_2", "concat", [["merge_1", 0, 0], ["dense_1", 0, 0]]),
        ],
        "input_layers": [["input_1", 0, 0], ["input_2", 0, 0]],
        "output_layers": [["merge_2", 0, 0]],
    }
    kernel, bias = values(dense)
    named = {"input_1": [], "input_2": [], "dense_1": [("dense_1_W:0", kernel), ("dense_1_b:0", bias)]}
    write_model("keras1-merge.h5", {"class_name": "Model", "config": config}, named, "1.0")


def keras2_functional():
    image = keras.Input((6, 6, 2))
    conv = layers.Conv2D(3, 3)
    norm = layers.BatchNormalization(axis=3)
    inner = layers.Dense(2, activation="tanh")
    x = layers.LeakyReLU(negative_slope=0.25)(norm(conv(image)))
    model = randomized(keras.Model(image, inner(layers.Flatten()(x))))
    golden("keras2.h5", model, [[2, 6, 6, 2]])
    scaling = {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}
    initializer = {"class_name": "VarianceScaling", "config": scaling}
    zeros = {"class_name": "Zeros", "config": {}}

    def layer(class_name, name, config, nodes):
        node = [[[*nodes, 0, {}]]] if nodes else []
        config = {"name": name, "trainable": True, "dtype": "float32", **config}
        return {"class_name": class_name, "name": name, "config": config, "inbound_nodes": node}

    dense = {"units": 2, "activation": "tanh", "use_bias": True}
    stack = [
        {"class_name": "Flatten", "config": {"name": "flat", "batch_input_shape": [None, 4, 4, 3]}},
        {
            "class_name": "Dense",
            "config": {**dense, "name": "d", "kernel_initializer": initializer, "bias_initializer": zeros},
        },
    ]
    config = {
        "name": "model_1",
        "layers": [
            layer("InputLayer", "input_1", {"batch_input_shape": [None, 6, 6, 2], "sparse": False}, []),
            layer(
                "Conv2D",
                "conv",
                {
                    "filters": 3,
                    "kernel_size": [3, 3],
                    "strides": [1, 1],
                    "padding": "valid",
                    "data_format": "channels_last",
                    "dilation_rate": [1, 1],
                    "activation": "linear",
                    "use_bias": True,
                    "kernel_initializer": initializer,
                    "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.001}},
                    "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 99.0, "axis": 0}},
                },
                ["input_1", 0],
            ),
            layer(
                "BatchNormalization",
                "norm",
                {"axis": [3], "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True},
                ["conv", 0],
            ),
            layer("LeakyReLU", "leaky", {"alpha": 0.25}, ["norm", 0]),
            # A Sequential in Keras 2 counts the node in which it was made, so this is its second.
            {
                "class_name": "Sequential",
                "name": "stack",
                "config": {"name": "stack", "layers": stack},
                "inbound_nodes": [[["leaky", 0, 0, {}]]],
            },
        ],
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["stack", 1, 0]],
    }
    norms = ["gamma:0", "beta:0", "moving_mean:0", "moving_variance:0"]
    pair = ["kernel:0", "bias:0"]
    named = {
        "input_1": [],
        "conv": [(f"conv/{name}", value) for name, value in zip(pair, values(conv))],
        "norm": [(f"norm/{name}", value) for name, value in zip(norms, values(norm))],
        "leaky": [],
        "stack": [(f"stack/d/{name}", value) for name, value in zip(pair, values(inner))],
    }
    write_model("keras2.h5", {"class_name": "Model", "config": config}, named, "2.2.4")


keras1_sequential()
keras1_merge()
keras2_functional()
(HERE / "goldens.json").write_text(json.dumps(GOLDENS, indent=1) + "\n")
