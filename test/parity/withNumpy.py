"""The network of mnist-train in NumPy: loads its files, takes one of its steps, trains its recipe.

    python3 withNumpy.py FOLDER DATA [--seeds N]
"""

import json
import os
import sys

import numpy as np

from reading import (
    compare,
    compare_scores,
    deskewed,
    from_json,
    from_npz,
    from_safetensors,
    images_and_labels,
    say,
    steps,
)


def forward(net, x):
    hidden = np.maximum(0, x @ net["W1"] + net["b1"])
    return hidden, hidden @ net["W2"] + net["b2"]


def loss_and_gradients(net, x, labels, reg):
    """Softmax loss + reg/2 · (Σ W1² + Σ W2²), and its gradients."""
    count = len(labels)
    hidden, scores = forward(net, x)
    scores = scores - scores.max(axis=1, keepdims=True)
    probabilities = np.exp(scores)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[np.arange(count), labels]).mean()
    loss += 0.5 * reg * ((net["W1"] ** 2).sum() + (net["W2"] ** 2).sum())
    dscores = probabilities
    dscores[np.arange(count), labels] -= 1
    dscores /= count
    dhidden = (dscores @ net["W2"].T) * (hidden > 0)
    gradients = {
        "W1": x.T @ dhidden + reg * net["W1"],
        "b1": dhidden.sum(axis=0),
        "W2": hidden.T @ dscores + reg * net["W2"],
        "b2": dscores.sum(axis=0),
    }
    return loss, gradients


def check_files(folder, data):
    pixels, labels = images_and_labels(data, "t10k")
    with open(os.path.join(folder, "eval.json"), encoding="utf-8") as file:
        evaluation = json.load(file)
    readers = {"model.json": from_json, "m.npz": from_npz, "m.safetensors": from_safetensors}
    first = None
    for name, read in readers.items():
        net = read(os.path.join(folder, name))
        taken = deskewed(pixels) if net["deskew"] else pixels
        scores = forward(net, (taken - net["mean_image"]) * np.float32(net["scale"]))[1]
        compare_scores(f"NumPy, {name}", scores, labels, evaluation)
        first = first or net
        arrays = ("W1", "b1", "W2", "b2", "mean_image", "scale", "deskew")
        differing = [key for key in arrays if not np.array_equal(first[key], net[key])]
        say(check=f"NumPy, {name}: arrays not as in model.json", difference=len(differing), limit=0)
        assert net["class_names"] == first["class_names"]


def check_step(folder, data):
    """One step from the same weights on the same images, in float64."""
    net = from_json(os.path.join(folder, "model.json"))
    step = steps(folder)
    pixels, labels = images_and_labels(data, "train")
    x = (pixels[step["indices"]].astype(np.float64) - net["mean_image"]) * net["scale"]
    exact = {name: net[name].astype(np.float64) for name in ("W1", "b1", "W2", "b2")}
    loss, gradients = loss_and_gradients(exact, x, labels[step["indices"]], step["reg"])
    compare("NumPy: loss of a batch", step["loss"], loss, 1e-12)
    for name, gradient in gradients.items():
        compare(f"NumPy: gradient of {name}", step["gradients"][name], gradient, 1e-11)
        moved = -step["learningRate"] * gradient
        before = exact[name].reshape(-1)
        for engine, after in step["after"].items():
            compare(f"NumPy: step of {name}, engine {engine}", after[name] - before, moved, 1e-4)


def train(data, seed):
    """The recipe notebook, as docs/guide.md describes it; the test accuracy."""
    random = np.random.default_rng(seed)
    pixels, labels = images_and_labels(data, "train")
    pixels, labels = pixels[:50000], labels[:50000]
    mean = pixels.mean(axis=0, dtype=np.float64).astype(np.float32)
    net = {
        "W1": (1e-4 * random.standard_normal((784, 200))).astype(np.float32),
        "b1": np.zeros(200, np.float32),
        "W2": (1e-4 * random.standard_normal((200, 10))).astype(np.float32),
        "b2": np.zeros(10, np.float32),
    }
    rate = np.float32(0.001)
    for iteration in range(1, 10001):
        batch = random.integers(0, 50000, 200)
        _, gradients = loss_and_gradients(net, pixels[batch] - mean, labels[batch], np.float32(0.2))
        for name, gradient in gradients.items():
            net[name] -= rate * gradient
        if iteration % 250 == 0:
            rate *= np.float32(0.99)
    pixels, labels = images_and_labels(data, "t10k")
    return float((forward(net, pixels - mean)[1].argmax(axis=1) == labels).mean())


def main(folder, data, seeds):
    check_files(folder, data)
    check_step(folder, data)
    for seed in range(1, seeds + 1):
        say(trained="NumPy", seed=seed, accuracy=train(data, seed))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[4]) if len(sys.argv) > 4 else 0)
