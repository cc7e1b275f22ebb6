"""Makes golden.json: what Pillow and TensorFlow make of small pictures. Needs tensorflow and pillow.

    python src/image/testing/golden.py
"""

import base64
import io
import json
import pathlib
import tempfile

import keras
import numpy as np
import tensorflow as tf
from PIL import Image


def pattern(height, width, channels):
    """The same numbers as pattern() in resize.test.ts."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return ((x * 37 + y * 59 + c * 101 + x * y * 5) % 256).astype(np.uint8)


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, np.uint8).tobytes()).decode()


def tensorflow_resize(picture, height, width):
    return np.round(tf.image.resize(picture, (height, width), method="bilinear").numpy())


def pillow_resize(picture, height, width):
    mode = {1: "L", 3: "RGB"}[picture.shape[2]]
    pixels = picture[:, :, 0] if mode == "L" else picture
    return np.asarray(Image.fromarray(pixels, mode).resize((width, height), Image.BILINEAR))


def resized(function, sizes):
    return [
        {"from": [h, w, c], "to": [h2, w2], "data": text(function(pattern(h, w, c), h2, w2))}
        for h, w, c, h2, w2 in sizes
    ]


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def files():
    rgb = Image.fromarray(pattern(7, 9, 3))
    grey = Image.fromarray(pattern(7, 9, 1)[:, :, 0])
    rgba = Image.fromarray(pattern(7, 9, 4))
    deep = tf.io.encode_png((pattern(7, 9, 3).astype(np.uint16) * 257 + 40).astype(np.uint16)).numpy()
    y, x = np.mgrid[0:24, 0:32]
    smooth = 60 + 2 * x + 3 * y
    photo = Image.fromarray(np.stack([smooth, 255 - smooth, np.full_like(smooth, 90)], -1).astype(np.uint8))
    return {
        "rgb.png": encoded(rgb, "PNG"),
        "grey.png": encoded(grey, "PNG"),
        "rgba.png": encoded(rgba, "PNG"),
        "grey-alpha.png": encoded(rgba.convert("LA"), "PNG"),
        "palette.png": encoded(rgb.quantize(16), "PNG"),
        "one-bit.png": encoded(grey.convert("1"), "PNG"),
        "16-bit.png": deep,
        "photo.jpg": encoded(photo, "JPEG", quality=92),
        "progressive.jpg": encoded(photo, "JPEG", quality=92, progressive=True),
        "grey.jpg": encoded(photo.convert("L"), "JPEG", quality=92),
    }


def decoded(content):
    rgb = tf.io.decode_image(content, channels=3, expand_animations=False).numpy()
    grey = np.asarray(Image.open(io.BytesIO(content)).convert("RGB").convert("L"))
    return {"file": base64.b64encode(content).decode(), "shape": list(rgb.shape), "rgb": text(rgb), "grey": text(grey)}


def folder():
    """What Keras' image_dataset_from_directory makes of the files in two folders."""
    with tempfile.TemporaryDirectory() as root:
        for name, content in files().items():
            target = pathlib.Path(root, "jpeg" if name.endswith("jpg") else "Png", name)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        data = keras.utils.image_dataset_from_directory(root, image_size=(12, 10), shuffle=False, batch_size=16)
        [(x, y)] = list(data)
        return {
            "files": [str(pathlib.Path(path).relative_to(root)) for path in data.file_paths],
            "labels": y.numpy().tolist(),
            "shape": x.shape.as_list(),
            "data": text(np.round(x.numpy())),
        }


golden = {
    "folder": folder(),
    "tensorflow": resized(tensorflow_resize, [(6, 8, 3, 15, 20), (20, 17, 3, 7, 9), (9, 9, 1, 27, 4), (5, 5, 1, 1, 1)]),
    "pillow": resized(
        pillow_resize,
        [(6, 8, 3, 15, 20), (40, 36, 3, 7, 9), (73, 70, 1, 28, 28), (100, 90, 1, 3, 4), (30, 10, 3, 12, 10)],
    ),
    "files": {name: decoded(content) for name, content in files().items()},
}
pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(golden, indent=1) + "\n")
