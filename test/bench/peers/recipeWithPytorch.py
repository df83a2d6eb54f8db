"""A recipe in PyTorch, from the start of the process to a model and its test accuracy; see ../race.js.

The run comes as JSON: the settings that mnist-train prints, "directory", "seed", "out", and "beside", whether
images are distorted in a thread beside the training. Prints "started" before the first update and "trained" after
the last. Of what gives the same training, the fastest was taken: gradients written out rather than autograd, all
parameters updated in one call where one pass over memory does it (foreach), images kept as bytes until their batch.
"""

import json
import math
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from deskew import deskew
from distort import Distortions
from idx import read_idx

run = json.loads(sys.argv[1])
torch.set_num_threads(1)  # the library of products has threads of its own
torch.set_flush_denormal(True)
torch.set_grad_enabled(False)
torch.manual_seed(run["seed"])
N, H, C = run["batchSize"], run["hidden"], 10
BATCHES_AHEAD = 5  # gathered and distorted at once


def load(part):
    images = read_idx(run["directory"], f"{part}-images-idx3-ubyte")
    labels = read_idx(run["directory"], f"{part}-labels-idx1-ubyte")
    if run["deskew"]:
        deskew(images)
    return images.reshape(len(images), -1), torch.from_numpy(labels.astype(np.int64))


images, labels = load("train")
count = len(images) - run["validation"]
mean = torch.from_numpy(images[:count].mean(0, dtype=np.float64).astype(np.float32))
x_train, x_validation = torch.from_numpy(images[:count]), torch.from_numpy(images[count:])
y_train, y_validation = labels[:count], labels[count:]
D = len(mean)


def centred(x):
    return x.sub_(mean).mul_(run["scale"])


def normal(inputs, outputs):
    std = math.sqrt(2 / inputs) if run["std"] is None else run["std"]
    return std * torch.randn(inputs, outputs)


parameters = [normal(D, H), normal(H, C), torch.zeros(H), torch.zeros(C)]
W1, W2, b1, b2 = parameters
gradients, velocity = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
smoothing = run["labelSmoothing"] / C
targets = torch.full((C, C), smoothing).fill_diagonal_(1 - run["labelSmoothing"] + smoothing)


def backward(x, y):
    """Hidden layer, and the mean loss by its sums, (N, H), and by the scores, (N, C)."""
    hidden = torch.addmm(b1, x, W1).relu_()
    dscores = torch.softmax(torch.addmm(b2, hidden, W2), 1)
    dscores.sub_(targets.index_select(0, y)).mul_(1 / len(x))
    dsums = torch.ops.aten.threshold_backward(torch.mm(dscores, W2.t()), hidden, 0)
    return hidden, dsums, dscores


def step_plain(x, y, rate):
    """SGD: the products go straight into the weights, which beta shrinks by the L2 term."""
    hidden, dsums, dscores = backward(x, y)
    beta = 1 - rate * run["reg"]
    W1.addmm_(x.t(), dsums, beta=beta, alpha=-rate)
    W2.addmm_(hidden.t(), dscores, beta=beta, alpha=-rate)
    b1.add_(dsums.sum(0), alpha=-rate)
    b2.add_(dscores.sum(0), alpha=-rate)


def step_nesterov(x, y, rate):
    """What torch.optim.SGD(nesterov=True, foreach=True) does, with weight decay for the weights only."""
    hidden, dsums, dscores = backward(x, y)
    dW1, dW2, db1, db2 = gradients
    torch.mm(x.t(), dsums, out=dW1)
    torch.mm(hidden.t(), dscores, out=dW2)
    torch.sum(dsums, 0, out=db1)
    torch.sum(dscores, 0, out=db2)
    torch._foreach_add_([dW1, dW2], [W1, W2], alpha=run["reg"])
    for gradient, v in zip(gradients, velocity):
        torch.add(gradient, v, alpha=run["momentum"], out=v)
    torch._foreach_add_(gradients, velocity, alpha=run["momentum"])
    torch._foreach_add_(parameters, gradients, alpha=-rate)


iterations_per_epoch = math.ceil(count / N)
iterations = run["iterations"] or run["epochs"] * iterations_per_epoch


def along_cosine(start, end, share):
    return end + (start - end) * (1 + math.cos(share * math.pi)) / 2


def rate_factor(iteration):
    share = iteration / iterations
    if run["schedule"] == "exponential":
        return run["decay"] ** (iteration // iterations_per_epoch)
    if run["schedule"] == "cosine":
        return along_cosine(1, 0, share)
    start, top, end = 1 / 25, 0.3, 1e-4 / 25  # one-cycle
    if share < top:
        return along_cosine(start, 1, share / top)
    return along_cosine(1, end, (share - top) / (1 - top))


def orders():
    """Indices of the images of a few batches, again and again."""
    while True:
        passes = run["sampling"] == "passes"
        order = torch.randperm(count) if passes else torch.randint(count, (count,))
        yield from order.split(BATCHES_AHEAD * N)


distort = Distortions(run, math.isqrt(D)) if run["augment"] else None


def prepare(order):
    x = x_train.index_select(0, order).float()
    return centred(x if distort is None else distort(x)), y_train.index_select(0, order)


def batches(pool):
    """Endless batches; with a pool, the next ones are prepared beside the training."""
    if pool is None:
        prepared = map(prepare, orders())
    else:
        prepared = prepared_in(pool)
    for x, y in prepared:
        yield from zip(x.split(N), y.split(N))


def prepared_in(pool):
    source = orders()
    ahead = [pool.submit(prepare, next(source)) for _ in range(2)]
    while True:
        ahead.append(pool.submit(prepare, next(source)))
        yield ahead.pop(0).result()


def accuracy(parameters, x, y):
    W1, W2, b1, b2 = parameters
    scores = torch.addmm(b2, torch.addmm(b1, x, W1).relu_(), W2)
    return (scores.argmax(1) == y).float().mean().item()


def train(pool):
    """Trains, and returns the parameters or their running average."""
    step = step_nesterov if run["nesterov"] else step_plain
    keep, average = run["averageKeep"], None
    validation = centred(x_validation.float())
    source = batches(pool)
    print("started", flush=True)
    for iteration in range(iterations):
        step(*next(source), run["learningRate"] * rate_factor(iteration))
        done = iteration + 1
        if keep > 0 and done % run["averageEvery"] == 0:
            if average is None:
                average = [p.clone() for p in parameters]
            torch._foreach_mul_(average, keep)
            torch._foreach_add_(average, parameters, alpha=1 - keep)
        if run["validation"] > 0 and done % run["every"] == 0:
            accuracy(parameters, validation, y_validation)
    print("trained", flush=True)
    return average or parameters


with ThreadPoolExecutor(1) as pool:
    trained = train(pool if run["beside"] else None)
torch.save(trained, run["out"])
images, y_test = load("t10k")
x_test = centred(torch.from_numpy(images).float())
print(json.dumps({"accuracy": accuracy(trained, x_test, y_test)}))
