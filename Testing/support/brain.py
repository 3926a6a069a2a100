"""The seven structures that brain-mr is measured on: its own values and FreeSurfer's numbers for the same anatomy."""

from __future__ import annotations

import numpy as np

# Left and right are merged. 77 and 251-255 are white matter, 31/63 choroid plexus in the ventricles.
GROUPS: dict[str, tuple[list[int], list[int]]] = {
    "cerebral white matter": ([1, 2], [2, 41, 25, 57, 77, 251, 252, 253, 254, 255]),
    "cerebral cortex": ([3, 4], [3, 42]),
    "ventricles": ([5, 6, 7], [4, 5, 14, 15, 31, 43, 44, 63, 72]),
    "deep gray matter": ([8, 9], [10, 11, 12, 13, 26, 28, 49, 50, 51, 52, 58, 60]),
    "hippocampus and amygdala": ([10, 11], [17, 18, 53, 54]),
    "cerebellum": ([12, 13], [7, 8, 46, 47]),
    "brainstem": ([14], [16]),
}


def dice_of_groups(found: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """Dice of each structure between brain-mr's labels and FreeSurfer's, both (i, j, k) on one grid."""
    return {name: _dice(np.isin(found, ours), np.isin(reference, theirs)) for name, (ours, theirs) in GROUPS.items()}


def dice_of_two_runs(first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    """Dice of each structure between two label maps of brain-mr, both (i, j, k) on one grid."""
    return {name: _dice(np.isin(first, ours), np.isin(second, ours)) for name, (ours, _) in GROUPS.items()}


def _dice(a: np.ndarray, b: np.ndarray) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))
