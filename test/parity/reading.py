"""Reads IDX files and the models of mnist-train, from docs/model-file.md alone.

Formats: docs/model-file.md in this repository; IDX, "The MNIST database" by Y. LeCun and others; safetensors,
https://github.com/huggingface/safetensors: 8 bytes with the length of a JSON header, the header, then the numbers.
"""

import json
import os
import struct

import numpy as np


def idx(path):
    """An IDX file of bytes as an array of its shape."""
    with open(path, "rb") as file:
        zero, kind, dimensions = struct.unpack(">HBB", file.read(4))
        assert (zero, kind) == (0, 8), "an IDX file of bytes"
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def images_and_labels(folder, part):
    """Pixels (N, D) and labels (N) of the part "train" or "t10k"."""
    images, labels = (idx(os.path.join(folder, f"{part}-{kind}-ubyte")) for kind in ("images-idx3", "labels-idx1"))
    return images.reshape(len(images), -1), labels


def deskewed(pixels, background=0):
    """Square images (N, D) without their slant, by the formulas of docs/model-file.md."""
    count, size = len(pixels), int(round(pixels.shape[1] ** 0.5))
    images = pixels.reshape(count, size, size).astype(np.int64)
    ink = np.abs(images - background)
    places = np.arange(size)
    mass, x, y = ink.sum((1, 2)), (ink * places).sum((1, 2)), (ink.sum(2) * places).sum(1)
    xy, yy = ((ink * places).sum(2) * places).sum(1), (ink.sum(2) * places * places).sum(1)
    divisor = (mass * yy - y * y).astype(np.float64)
    slant = np.divide(mass * xy - x * y, divisor, out=np.zeros(count), where=divisor > 0).clip(-1, 1)
    middle = np.divide(y, mass, out=np.zeros(count), where=mass > 0)
    parts = np.floor(256 * slant[:, None] * (places - middle[:, None]) + 0.5).astype(np.int64)
    padded = np.full((count, size, 3 * size + 1), background)
    padded[:, :, size : 2 * size] = images
    here = (size + parts // 256)[:, :, None] + places
    share = (parts % 256)[:, :, None]
    left, right = (np.take_along_axis(padded, here + step, 2) for step in (0, 1))
    return ((left * (256 - share) + right * share + 128) // 256).reshape(count, -1).astype(np.uint8)


def from_json(path):
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    assert (model["format"], model["version"]) == ("mnist-train-model", 1)
    net = {
        name: np.array(parameter["values"], np.float32).reshape(parameter["shape"])
        for name, parameter in model["parameters"].items()
    }
    net["mean_image"] = np.array(model["preprocessing"]["meanImage"], np.float32)
    net["scale"] = model["preprocessing"]["scale"]
    net["deskew"] = model["preprocessing"].get("deskew", False)
    net["class_names"] = model["classNames"]
    return net


def from_npz(path):
    with np.load(path) as file:
        net = {name: file[name] for name in file.files}
    net["scale"] = float(net["scale"])
    net["class_names"] = [str(name) for name in net["class_names"]]
    net["mean_image"] = net["mean_image"].reshape(-1)
    net["deskew"] = bool(net.get("deskew", False))
    return net


def safetensors(path):
    """The arrays of a safetensors file by name, and its metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        numbers = file.read()
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(numbers[begin:end], "<f4").reshape(entry["shape"])
    return arrays, metadata


def from_safetensors(path):
    arrays, metadata = safetensors(path)
    net = dict(arrays)
    mean = arrays["mean_image"] if "mean_image" in arrays else json.loads(metadata["mean_image"])
    net["mean_image"] = np.array(mean, np.float32).reshape(-1)
    net["scale"] = float(metadata["scale"])
    net["class_names"] = json.loads(metadata["class_names"])
    net["deskew"] = metadata.get("deskew") == "true"
    return net


def steps(folder):
    """The step that ours.js took: images and labels, settings, and what came out as arrays."""
    with open(os.path.join(folder, "step.json"), encoding="utf-8") as file:
        return json.load(file)


def say(**what):
    """One line of JSON for run.js."""
    print(json.dumps(what), flush=True)


def compare(check, ours, theirs, limit):
    """Reports the largest difference of two arrays, relative to the largest number in them."""
    ours, theirs = (np.asarray(values, np.float64).reshape(-1) for values in (ours, theirs))
    assert ours.shape == theirs.shape, f"{check}: {ours.shape} and {theirs.shape}"
    difference = np.abs(ours - theirs).max() / max(np.abs(ours).max(), 1e-300)
    say(check=check, difference=float(difference), limit=limit)


def compare_scores(check, scores, labels, evaluation):
    """Compares the scores (N, C) of the test images with mnist-eval --json: every answer, and the loss."""
    classes = scores.shape[1]
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (labels, scores.argmax(axis=1)), 1)
    shifted = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    others = int(np.abs(confusion - np.array(evaluation["confusion"])).sum())
    say(check=f"{check}: cells of the confusion matrix that differ", difference=others, limit=0)
    loss = evaluation["meanLoss"]
    say(check=f"{check}: mean loss", difference=abs(losses.mean() - loss) / loss, limit=1e-6)
    say(check=f"{check}: accuracy", value=float(np.trace(confusion) / len(labels)))
