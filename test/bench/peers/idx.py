"""Data sets of four IDX files, for the peers in Python."""

import gzip
import os

import numpy as np


def read_idx(folder, name):
    """The values of an IDX file of unsigned bytes: a header of 4 + 4 * dimensions bytes, then they."""
    path = os.path.join(folder, name)
    if os.path.exists(path):
        data = np.fromfile(path, dtype=np.uint8)
    else:
        with gzip.open(path + ".gz") as file:
            data = np.frombuffer(bytearray(file.read()), dtype=np.uint8)
    dimensions = int(data[3])
    shape = data[4 : 4 + 4 * dimensions].view(">u4").astype(int)
    return data[4 + 4 * dimensions :].reshape(shape)


def load(folder, validation, dtype):
    """Centred images (N, D) and labels (N), for training and for validation."""
    images = read_idx(folder, "train-images-idx3-ubyte")
    labels = read_idx(folder, "train-labels-idx1-ubyte").astype(np.int64)
    x = images.reshape(len(images), -1).astype(dtype)
    x -= x[:-validation].mean(axis=0, dtype=np.float64).astype(dtype)
    return x[:-validation], labels[:-validation], x[-validation:], labels[-validation:]
