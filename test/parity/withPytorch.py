"""The network of mnist-train in PyTorch: loads its files, takes one of its steps, trains its recipe.

    python3 withPytorch.py FOLDER DATA [--seeds N]

Gradients are those of autograd. Files are read by the package safetensors where it is installed.
"""

import json
import os
import sys

import numpy as np
import torch
from reading import compare, compare_scores, deskewed, from_npz, images_and_labels, safetensors, say, steps
from torch.nn.functional import cross_entropy


def sequential():
    return torch.nn.Sequential(torch.nn.Linear(784, 200), torch.nn.ReLU(), torch.nn.Linear(200, 10))


def load(path):
    """The network of a file with --layout torch, its mean image, scale, whether it deskews, and what read it."""
    reader = "numpy.load"
    if path.endswith(".npz"):
        arrays = from_npz(path)
        mean, scale, deskews = torch.tensor(arrays["mean_image"]), arrays["scale"], arrays["deskew"]
        state = {name: torch.tensor(array) for name, array in arrays.items() if name[0] in "02"}
    else:
        try:
            from safetensors import safe_open
            from safetensors.torch import load_file

            state = load_file(path)
            with safe_open(path, "pt") as file:
                metadata = file.metadata()
            reader = "the package safetensors"
        except ImportError:
            reader = "reading.py"
            arrays, metadata = safetensors(path)
            state = {name: torch.tensor(array) for name, array in arrays.items()}
        mean, scale = torch.tensor(json.loads(metadata["mean_image"])), float(metadata["scale"])
        deskews = metadata.get("deskew") == "true"
    net = sequential()
    net.load_state_dict(state)
    return net, mean.reshape(-1), scale, deskews, reader


def check_files(folder, data):
    pixels, labels = images_and_labels(data, "t10k")
    with open(os.path.join(folder, "eval.json"), encoding="utf-8") as file:
        evaluation = json.load(file)
    for name in ("torch.safetensors", "torch.npz"):
        net, mean, scale, deskews, reader = load(os.path.join(folder, name))
        taken = deskewed(pixels) if deskews else pixels
        with torch.no_grad():
            scores = net((torch.tensor(taken).float() - mean) * scale).numpy()
        compare_scores(f"PyTorch, {name} by {reader}", scores, labels, evaluation)


def with_l2(net, loss, reg):
    return loss + 0.5 * reg * ((net[0].weight ** 2).sum() + (net[2].weight ** 2).sum())


def check_step(folder, data):
    """One step from the same weights on the same images, in float64."""
    net, mean, scale, *_ = load(os.path.join(folder, "torch.safetensors"))
    net.double()
    step = steps(folder)
    pixels, labels = images_and_labels(data, "train")
    x = (torch.tensor(pixels[step["indices"]]).double() - mean.double()) * scale
    target = torch.tensor(labels[step["indices"]].astype(np.int64))
    loss = with_l2(net, cross_entropy(net(x), target), step["reg"])
    loss.backward()
    compare("PyTorch: loss of a batch", step["loss"], loss.item(), 1e-12)
    theirs = {"W1": net[0].weight, "b1": net[0].bias, "W2": net[2].weight, "b2": net[2].bias}
    for name, parameter in theirs.items():
        gradient = parameter.grad.numpy().T  # PyTorch's weights are (outputs, inputs)
        compare(f"PyTorch: gradient of {name}", step["gradients"][name], gradient, 1e-11)
        moved = -step["learningRate"] * gradient
        before = parameter.detach().numpy().T.reshape(-1)
        for engine, after in step["after"].items():
            compare(f"PyTorch: step of {name}, engine {engine}", after[name] - before, moved, 1e-4)


def train(data, seed):
    """The recipe notebook, as docs/guide.md describes it; the test accuracy."""
    torch.manual_seed(seed)
    pixels, labels = images_and_labels(data, "train")
    images = torch.tensor(pixels[:50000])
    mean = images.double().mean(axis=0).float()
    target = torch.tensor(labels[:50000].astype(np.int64))
    net = sequential()
    for layer in (net[0], net[2]):
        torch.nn.init.normal_(layer.weight, std=1e-4)
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=250, gamma=0.99)
    for _ in range(10000):
        batch = torch.randint(0, 50000, (200,))
        optimizer.zero_grad()
        loss = cross_entropy(net(images[batch].float() - mean), target[batch])
        with_l2(net, loss, 0.2).backward()
        optimizer.step()
        schedule.step()
    pixels, labels = images_and_labels(data, "t10k")
    with torch.no_grad():
        answers = net(torch.tensor(pixels).float() - mean).argmax(axis=1).numpy()
    return float((answers == labels).mean())


def main(folder, data, seeds):
    check_files(folder, data)
    check_step(folder, data)
    for seed in range(1, seeds + 1):
        say(trained="PyTorch", seed=seed, accuracy=train(data, seed))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[4]) if len(sys.argv) > 4 else 0)
