"""The headline run in NumPy: every product and every pass over memory writes into a buffer that is
already there. OPENBLAS_NUM_THREADS sets the threads; "dtype" of the settings is float32 or float64."""

import json
import sys

import numpy as np
from idx import load
from timeRun import time_run

run = json.loads(sys.argv[1])
N, H, C = run["batchSize"], run["hidden"], 10
dtype = np.dtype(run["dtype"])
x_train, y_train, x_validation, y_validation = load(run["directory"], run["validation"], dtype)
D = x_train.shape[1]

random = np.random.default_rng(run["seed"])
W1 = (run["std"] * random.standard_normal((D, H))).astype(dtype)
W2 = (run["std"] * random.standard_normal((H, C))).astype(dtype)
b1, b2 = np.zeros(H, dtype), np.zeros(C, dtype)

x, hidden, scores = np.empty((N, D), dtype), np.empty((N, H), dtype), np.empty((N, C), dtype)
dW1, dW2, dhidden = np.empty_like(W1), np.empty_like(W2), np.empty_like(hidden)
active = np.empty((N, H), bool)
rows = np.arange(N)
validation_hidden = np.empty((len(x_validation), H), dtype)
validation_scores = np.empty((len(x_validation), C), dtype)


def forward(x, hidden, scores):
    np.dot(x, W1, out=hidden)
    hidden += b1
    np.maximum(hidden, 0, out=hidden)
    np.dot(hidden, W2, out=scores)
    scores += b2


def step(learning_rate):
    chosen = random.integers(len(x_train), size=N)
    np.take(x_train, chosen, axis=0, out=x, mode="clip")  # "raise" would copy once more
    forward(x, hidden, scores)
    scores.__isub__(scores.max(axis=1, keepdims=True))
    np.exp(scores, out=scores)
    scores.__itruediv__(scores.sum(axis=1, keepdims=True))
    scores[rows, y_train[chosen]] -= 1
    scores.__imul__(dtype.type(learning_rate / N))  # here, so that gradients need no scaling

    np.dot(hidden.T, scores, out=dW2)
    np.dot(scores, W2.T, out=dhidden)
    np.greater(hidden, 0, out=active)
    np.multiply(dhidden, active, out=dhidden)
    np.dot(x.T, dhidden, out=dW1)

    shrink = dtype.type(1 - learning_rate * run["reg"])
    for W, dW in ((W1, dW1), (W2, dW2)):
        W *= shrink
        W -= dW
    b1.__isub__(dhidden.sum(axis=0))
    b2.__isub__(scores.sum(axis=0))


def validate():
    forward(x_validation, validation_hidden, validation_scores)
    return float((validation_scores.argmax(axis=1) == y_validation).mean())


time_run(run, len(x_train), step, validate)
