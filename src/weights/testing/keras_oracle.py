"""Keras itself, for tests: makes models and saves them, or opens what was saved here. A JSON object a line, each way."""

import io
import json
import os
import pathlib
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what Keras prints is no answer

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402


def ramp(shape):
    """The input that the tests use, too: exact in float32 and the same in every language."""
    size = int(np.prod(shape))
    return (((np.arange(size) * 7919) % 1021) / 1024 - 0.5).astype(np.float32).reshape(shape)


def convolutional():
    """Every kind of layer of the lessons, with branches that differ in nothing but their weights."""
    image = keras.Input((12, 10, 3), name="image")
    x = layers.ZeroPadding2D(1)(image)
    x = layers.Conv2D(4, 3, strides=2, name="conv", use_bias=False, kernel_regularizer=keras.regularizers.L2(1e-4))(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Activation("relu", name="relu")(inputs=x)
    branches = [layers.Conv2D(4, 3, padding="same", activation=a)(x) for a in ("relu", "tanh", "swish")]
    x = layers.Concatenate()([layers.Add()([branches[2], branches[0]]), branches[1]])
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.ReLU(max_value=6)(layers.DepthwiseConv2D(2, name="depthwise")(x))
    x = layers.BatchNormalization(scale=False, name="norm_2")(layers.SeparableConv2D(5, 2, padding="same")(x))
    x = layers.Conv2DTranspose(3, 2, strides=2)(layers.MaxPooling2D(2)(x))
    x = layers.Dropout(0.5)(layers.AveragePooling2D(2, padding="same")(x))
    pooled = layers.GlobalAveragePooling2D()(x)
    flat = layers.Dense(5, kernel_initializer="lecun_normal")(layers.Flatten()(x))
    x = layers.Concatenate(axis=-1)([pooled, flat])
    return keras.Model(image, layers.Dense(2, activation="softmax", name="out")(x), name="convolutional")


def sequential():
    stack = [layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(4)]
    return keras.Sequential([keras.Input((8, 8, 1)), *stack, layers.Softmax()], name="stack")


def nested():
    """Models within a model, one of them frozen, and a layer that is called twice."""
    inner = keras.Sequential(
        [keras.Input((6,)), layers.Dense(5, name="a"), layers.BatchNormalization(name="b")], name="inner"
    )
    point = keras.Input((5,))
    head = keras.Model(point, layers.Dense(3, name="a")(layers.Dense(5, name="c")(point)), name="head")
    inner.layers[1].trainable = False
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    shared = layers.Dense(6, activation="tanh", name="shared")
    both = layers.Add()([inner(shared(one)), inner(shared(two))])
    return keras.Model([one, two], [head(both), layers.Dense(2, name="side")(both)], name="nested")


def recurrent():
    stack = [layers.LSTM(4, return_sequences=True), layers.SimpleRNN(3), layers.Dense(2)]
    return keras.Sequential([keras.Input((5, 3)), *stack], name="recurrent")


def unbuilt():
    model = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(2)], name="unbuilt")
    model.build((None, 4))
    return model


def resnet():
    model = keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=6)
    kernel = model.layers[-1].kernel
    kernel.assign(kernel * 0.02)  # or the softmax tells little
    return model


MODELS = {f.__name__: f for f in (convolutional, sequential, nested, recurrent, unbuilt, resnet)}


def shapes(model):
    return [[2, *tensor.shape[1:]] for tensor in model.inputs]


def describe(model):
    inputs = [ramp(shape) for shape in shapes(model)]
    # Eager: predict would first trace a graph, for seconds.
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = [keras.ops.convert_to_numpy(output) for output in keras.tree.flatten(outputs)]
    return {
        "inputs": shapes(model),
        "outputs": [output.ravel().tolist() for output in outputs],
        "layers": [[x.name, type(x).__name__, x.count_params()] for x in model.layers],
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
    }


def make(name, folder, suffixes):
    """Build a model, give it weights without symmetry, save it, and tell what it computes."""
    keras.utils.set_random_seed(1)
    model = MODELS[name]()
    for weight in [] if name == "resnet" else model.weights:
        if weight.path.split("/")[-1] in ("gamma", "beta", "moving_mean", "moving_variance", "bias"):
            weight.assign(np.random.uniform(0.5, 1.5, weight.shape))
    for suffix in suffixes:
        path = str(pathlib.Path(folder) / f"{name}{suffix}")
        model.save_weights(path) if "weights" in suffix else model.save(path)
    return describe(model)


def as_keras_2_13(name, folder):
    """A copy of a `.keras` file as tf.keras 2.13 laid it out: another root, no names, and weighted layers count twice."""
    folder = pathlib.Path(folder)
    with zipfile.ZipFile(folder / f"{name}.keras") as old, zipfile.ZipFile(folder / f"{name}-2.13.keras", "w") as new:
        new.writestr("config.json", old.read("config.json"))
        new.writestr("metadata.json", old.read("metadata.json"))
        kinds, content = {}, io.BytesIO()
        with h5py.File(io.BytesIO(old.read("model.weights.h5"))) as source, h5py.File(content, "w") as target:
            for layer in keras.models.load_model(folder / f"{name}.keras", compile=False).layers:
                kind = keras.src.utils.naming.to_snake_case(type(layer).__name__)
                count, twice = kinds.get(kind, (0, 0))
                kinds[kind] = (count + 1, twice + (2 if layer.weights else 1))
                numbered = [kind + (f"_{n}" if n else "") for n in (count, twice)]
                source.copy(f"layers/{numbered[0]}", target, f"_layer_checkpoint_dependencies/{numbered[1]}")
                target[f"_layer_checkpoint_dependencies/{numbered[1]}/vars"].attrs.pop("name", None)
        new.writestr("model.weights.h5", content.getvalue())
    return {}


def open_model(file):
    return describe(keras.models.load_model(file, compile=False))


def open_weights(name, file):
    model = MODELS[name]()
    model.load_weights(file)
    return describe(model)


def fill(file, target):
    """Open what was saved here, give it weights of Keras' own, and save it."""
    model = keras.models.load_model(file, compile=False)
    generator = np.random.default_rng(1)
    for weight in model.weights:
        kind = weight.path.split("/")[-1]
        if kind == "kernel":
            scale = (2 / np.prod(weight.shape[:-1])) ** 0.5
            weight.assign(generator.normal(0, scale, weight.shape))
        else:
            low = -0.1 if kind in ("bias", "beta", "moving_mean") else 0.9
            weight.assign(generator.uniform(low, low + 0.2, weight.shape))
    model.save(target)
    return describe(model)


def learn(file):
    """The gradient of every weight in training mode, and what the moving averages are after it."""
    model = keras.models.load_model(file, compile=False)
    inputs, goal = ramp([4, *model.inputs[0].shape[1:]]), ramp([4, *model.outputs[0].shape[1:]])
    with tf.GradientTape() as tape:
        loss = keras.ops.mean((model(inputs, training=True) - goal) ** 2)
    trained = [weight.value for weight in model.trainable_weights]
    gradients = {
        weight.path: gradient.numpy().ravel().tolist()
        for weight, gradient in zip(model.trainable_weights, tape.gradient(loss, trained))
    }
    averages = {weight.path: weight.numpy().ravel().tolist() for weight in model.non_trainable_weights}
    return {"loss": float(loss), "gradients": gradients, "averages": averages}


COMMANDS = {"make": make, "fill": fill, "learn": learn, "asKeras2.13": as_keras_2_13, "open": open_model, "openWeights": open_weights}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = COMMANDS[request.pop("do")](**request)
    except Exception as error:  # told to the test, which fails with it
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
