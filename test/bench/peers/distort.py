"""Distorted images in PyTorch, many at once: what src/dataset/augment.ts does to one."""

import math

import numpy as np
import torch
import torch.nn.functional as F


def gaussian_band(size, sigma):
    """(size, size) with G @ field smooth along the columns; 0 outside, and beyond three sigma."""
    radius = math.ceil(3 * sigma)
    taps = np.exp(-np.square(np.arange(-radius, radius + 1)) / (2 * sigma * sigma))
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    near = np.minimum(apart, radius) + radius
    return torch.from_numpy(np.where(apart <= radius, taps[near] / taps.sum(), 0).astype(np.float32))


class Distortions:
    """Draws distortions of square images by the settings of a run.

    Places are those of grid_sample, which count from -1 in the middle of the first pixel to 1 in that of the
    last, so every length in pixels is multiplied by `unit`.
    """

    def __init__(self, run, size):
        self.run, self.size = run, size
        self.random = np.random.Generator(np.random.SFC64(run["seed"]))
        self.unit = 2 / (size - 1)
        self.along_columns = gaussian_band(size, run["elasticSigma"])
        self.along_rows = self.along_columns.t() * (run["elasticAlpha"] * self.unit)
        places = torch.linspace(-1, 1, size)
        x, y = places.expand(size, size), places[:, None].expand(size, size)
        self.places = torch.stack([x, y, torch.ones(size, size)]).view(3, -1)

    def affine(self, n):
        """(2n, 3): for each image the rows that give x and y of a source from (x, y, 1)."""
        run = self.run
        amounts = self.random.uniform(-1, 1, (6, n)).astype(np.float32)
        angle = amounts[0] * math.radians(run["rotation"])
        cosine, sine = np.cos(angle), np.sin(angle)
        width, height = 1 + amounts[1:3] * run["zoom"]
        slant = amounts[3] * run["shear"]
        right, down = amounts[4:6] * run["shift"] * self.unit
        across = [cosine * width, cosine * slant - sine * height, right]
        along = [sine * width, sine * slant + cosine * height, down]
        return torch.from_numpy(np.stack(across + along, 1).reshape(2 * n, 3))

    def bends(self, n):
        """(n, 2, size, size): smooth random fields. A byte of noise is as good as a float, and cheaper."""
        size = self.size
        noise = np.frombuffer(self.random.bytes(2 * n * size * size), np.int8)
        field = torch.from_numpy(noise.astype(np.float32)).view(size, -1).mul_(1 / 128)
        field = torch.mm(self.along_columns, field)
        field = torch.mm(field.view(-1, size), self.along_rows)
        return field.view(size, n, 2, size).permute(1, 2, 0, 3)

    def __call__(self, images):
        """Distorted copies (n, D) of images (n, D), both float32."""
        n, size = len(images), self.size
        sources = torch.mm(self.affine(n), self.places).view(n, 2, size, size)
        sources += self.bends(n)
        images = images.view(n, 1, size, size)
        copies = F.grid_sample(images, sources.permute(0, 2, 3, 1), align_corners=True)
        return copies.view(n, -1)
