"""Deskewed images in PyTorch, many at once: what src/dataset/deskew.ts does to one, on a black background."""

import torch

AT_ONCE = 250  # these stay in the cache; 100 and 1000 at once take longer


def slants(images):
    """(n) columns to the right from row to row, and (n) the row of the middle, of images (n, size, size)."""
    size = images.shape[1]
    places = torch.arange(size, dtype=torch.float32)
    sums = torch.mm(images.view(-1, size), torch.stack([torch.ones(size), places], 1))
    mass, x = sums.view(-1, size, 2).unbind(2)  # (n, size), of each row
    middle = torch.mv(mass, places) / mass.sum(1)
    covariance = torch.mv(x, places) - x.sum(1) * middle
    variance = torch.mv(mass, places * places) - torch.mv(mass, places) * middle
    return (covariance / variance).nan_to_num_(0).clamp_(-1, 1), middle.nan_to_num_(0)


def deskew(images):
    """Takes the slant off images (N, size, size), a NumPy array of bytes, in place.

    Rows of all images stand in one long row, with black between them. A row that is shifted is a window into it.
    """
    size = images.shape[1]
    places = torch.arange(size)
    wide = 3 * size + 1
    begins = size + wide * torch.arange(AT_ONCE * size).view(-1, size)
    padded = torch.zeros(AT_ONCE, size, wide)
    windows = padded.view(-1).unfold(0, size + 1, 1)
    for start in range(0, len(images), AT_ONCE):
        part = torch.from_numpy(images[start : start + AT_ONCE])
        n = len(part)
        padded[:n, :, size : 2 * size] = part
        slant, middle = slants(part.float())
        shift = slant[:, None] * (places - middle[:, None])
        left = shift.floor()
        share = (shift - left).view(-1, 1)
        first = begins[:n] + left.clamp_(-size, size).long()
        rows = windows.index_select(0, first.view(-1))
        mixed = torch.lerp(rows[:, :-1], rows[:, 1:], share)
        part.copy_(mixed.add_(0.5).view(n, size, size))
