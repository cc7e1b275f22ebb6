"""Write vectors.json: what NumPy and TensorFlow themselves draw. Run it from here with the project's .venv."""

import hashlib
import json
import pathlib

import numpy as np
import tensorflow as tf

legacy = tf.compat.v1


def digest(values, dtype=np.float32):
    return hashlib.sha256(np.ascontiguousarray(values, dtype).tobytes()).hexdigest()[:16]


def floats(values):
    return np.asarray(values, np.float32).ravel().tolist()


def numpy_case(seed):
    draw = np.random.RandomState(seed)
    letters = list("abcdefgh")
    case = {
        "seed": seed,
        "rand": floats(draw.rand(2, 3)),
        "randn": floats(draw.randn(3)),  # odd: one normal number is left for `normal`
        "permutation": draw.permutation(12).tolist(),
        "randint": draw.randint(-5, 1000, 8).tolist(),
        "normal": floats(draw.normal(2, 3, 4)),
    }
    draw.shuffle(letters)
    case["shuffle"] = "".join(letters)
    case["digests"] = [
        digest(draw.rand(100_000)),
        digest(draw.randn(100_000)),
        digest(draw.permutation(60_000), np.int32),
        digest(draw.randint(-(2**31), 2**31 - 1, 1000), np.int32),
    ]
    return case


def tensorflow_case(seed, seed2):
    with tf.Graph().as_default(), legacy.Session() as session:
        few = tf.raw_ops.RandomUniform(shape=[7], dtype=tf.float32, seed=seed, seed2=seed2)
        many = tf.raw_ops.RandomUniform(shape=[1_000_003], dtype=tf.float32, seed=seed, seed2=seed2)
        uniform = [floats(session.run(few)) for _ in range(3)]
        return {"seeds": [seed, seed2], "uniform": uniform, "digest": digest(session.run(many))}


def glorot_case(shape, seed):
    with tf.Graph().as_default(), legacy.Session() as session:
        values = session.run(legacy.glorot_uniform_initializer(seed=seed)(shape))
    return {"shape": shape, "seed": seed, "first": floats(values.ravel()[:3]), "digest": digest(values)}


cases = {
    "numpy": [numpy_case(seed) for seed in (0, 1, 42, 2**32 - 1)],
    "tensorflow": [
        tensorflow_case(*seeds) for seeds in ((87654321, 0), (87654321, 3), (2**40 + 7, 2**52 + 1))
    ],
    "glorot": [
        glorot_case(shape, seed)
        for shape in ([1, 1, 6, 2], [3, 3, 16, 32], [512, 10], [3, 3, 3, 4, 8], [7])
        for seed in (0, 5)
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")
