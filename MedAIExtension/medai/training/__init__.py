"""Where models come from: recipes, synthetic images from label maps, and the training loop.

Importing this package loads no torch; ``train`` does when it is called.
"""

from .recipe import Recipe, TrainingClass, read_recipe

__all__ = ["Recipe", "TrainingClass", "read_recipe"]
