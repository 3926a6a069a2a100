"""The own code that small bundles bring: what the zoo's bundles do in their ``scripts``, in the project's words."""

JOIN_AND_MERGE = '''
import numpy as np
from monai.transforms import InvertibleTransform, MapTransform


class Join(MapTransform, InvertibleTransform):
    """Stacks several entries into one, and hands on the metadata of the first."""

    def __init__(self, sources, into):
        self.sources, self.into, self.allow_missing_keys = sources, into, True

    def __call__(self, data):
        data[self.into] = np.concatenate([data[key] for key in self.sources])
        data[self.into + "_meta_dict"] = data[self.sources[0] + "_meta_dict"]
        return data

    def inverse(self, data):
        return data


class Merged(MapTransform):
    """One label map of several maps: the number of the channel, the first one where they overlap."""

    def __call__(self, data):
        for key in self.keys:
            merged = 0 * data[key][:1]
            for number, channel in enumerate(data[key]):
                merged = merged + number * channel[None] * (merged == 0)
            data[key] = merged
        return data
'''

TURN_GUIDANCE = '''
from monai.transforms import Transform


class TurnGuidance(Transform):
    """Turns what a user clicked with the image; without clicks there is nothing to turn."""

    def __init__(self, ref_image="image", label_names=None):
        self.ref_image, self.label_names = ref_image, label_names

    def __call__(self, data):
        if any(len(data.get(name, [])) for name in self.label_names):
            raise ValueError("clicks")
        return dict(data)
'''

NETWORK = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.inner = nn.Conv3d(in_channels, 6, 3, padding=1)
        self.outer = nn.Conv3d(6, out_channels, 3, padding=1)

    def forward(self, x):
        return self.outer(torch.tanh(self.inner(x)))
"""
