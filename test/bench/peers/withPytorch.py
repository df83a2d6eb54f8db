"""The headline run in PyTorch. "threads" of the settings is for torch, OPENBLAS_NUM_THREADS for the
library below it; "style" is "autograd" or "manual"."""

import json
import sys

import torch
import torch.nn.functional as F
from idx import load
from timeRun import time_run

run = json.loads(sys.argv[1])
torch.set_num_threads(run["threads"])
torch.set_flush_denormal(True)
torch.manual_seed(run["seed"])
N, H, C = run["batchSize"], run["hidden"], 10
x_train, y_train, x_validation, y_validation = map(
    torch.from_numpy, load(run["directory"], run["validation"], "float32")
)
W1 = run["std"] * torch.randn(x_train.shape[1], H)
W2 = run["std"] * torch.randn(H, C)
b1, b2 = torch.zeros(H), torch.zeros(C)
parameters = (W1, b1, W2, b2)
if run["style"] == "autograd":
    for parameter in parameters:
        parameter.requires_grad_()


def scores_of(x):
    return torch.addmm(b2, torch.addmm(b1, x, W1).relu_(), W2)


def step_autograd(learning_rate):
    chosen = torch.randint(len(x_train), (N,))
    loss = F.cross_entropy(scores_of(x_train.index_select(0, chosen)), y_train[chosen])
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        W1.mul_(1 - learning_rate * run["reg"])
        W2.mul_(1 - learning_rate * run["reg"])
        for parameter, gradient in zip(parameters, gradients):
            parameter.sub_(gradient, alpha=learning_rate)


rows = torch.arange(N)
x = torch.empty(N, x_train.shape[1])
hidden, dhidden = torch.empty(N, H), torch.empty(N, H)
scores = torch.empty(N, C)


def step_manual(learning_rate):
    chosen = torch.randint(len(x_train), (N,))
    torch.index_select(x_train, 0, chosen, out=x)
    torch.addmm(b1, x, W1, out=hidden).relu_()
    torch.addmm(b2, hidden, W2, out=scores)
    dscores = torch.softmax(scores, 1)
    dscores[rows, y_train[chosen]] -= 1
    torch.mm(dscores, W2.t(), out=dhidden).mul_(hidden > 0)
    # beta shrinks the weights by the L2 term in the same pass that subtracts the gradient.
    beta, alpha = 1 - learning_rate * run["reg"], -learning_rate / N
    W1.addmm_(x.t(), dhidden, beta=beta, alpha=alpha)
    W2.addmm_(hidden.t(), dscores, beta=beta, alpha=alpha)
    b1.add_(dhidden.sum(0), alpha=alpha)
    b2.add_(dscores.sum(0), alpha=alpha)


@torch.no_grad()
def validate():
    return (scores_of(x_validation).argmax(1) == y_validation).float().mean().item()


step = {"autograd": step_autograd, "manual": step_manual}[run["style"]]
with torch.set_grad_enabled(run["style"] == "autograd"):
    time_run(run, len(x_train), step, validate)
