"""Weights: found where a bundle keeps them, read without running code, and fitted to the network or told apart."""

from .conversion import convert_bundle
from .loading import fit, load_bundle_weights, load_weights
from .places import find_checkpoint
from .reading import read_checkpoint

__all__ = ["convert_bundle", "find_checkpoint", "fit", "load_bundle_weights", "load_weights", "read_checkpoint"]
