"""The public model zoo's own configurations, run by MedAI and by MONAI's runner; docs/bundles.md comes from here.

    python -m zoo CHECKOUT --work FOLDER     runs what has not been run yet, and writes the table anew

CHECKOUT is a copy of github.com/Project-MONAI/model-zoo. Weights are random, seeded and balanced, since agreement does not
need trained ones. Both sides get the same files: an oblique, flipped, anisotropic scan, or a picture.
"""

from .old_code import make_old_code_runnable

make_old_code_runnable()  # before MONAI looks for torchvision
