"""Measures brain-mr on the development scans and prints the tables of its model card.

    python Testing/benchmarks/brain_mr_accuracy.py [BUNDLE]

The scans lie in MEDAI_TEST_DATA (default ../shared/data). The labels are FreeSurfer's (bert); where a scan has none, two
contrasts of one head are compared.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nibabel
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Testing"))

from medai import Image  # noqa: E402
from medai.bundles import Bundle, find_model  # noqa: E402
from medai.inference import Options, infer  # noqa: E402
from support.brain import GROUPS, dice_of_groups, dice_of_two_runs  # noqa: E402

DATA = Path(os.environ.get("MEDAI_TEST_DATA", ROOT.parent / "shared" / "data"))


def labels(bundle: Bundle, path: Path) -> np.ndarray:
    """brain-mr's labels (i, j, k) of a scan."""
    stored = nibabel.load(path)
    output = infer([Image(np.asarray(stored.dataobj)[None], stored.affine, path.stem)], bundle, Options(device="cpu"))
    print(f"<!-- {path.name[:20]}: {sum(output.seconds.values()):.1f} s, peak {output.peak_memory_bytes / 2**30:.1f} GiB -->")
    return output.labelmap.voxels[0]


def main() -> None:
    """Run the model on every development scan and print the table."""
    bundle = Bundle.open(Path(sys.argv[1])) if len(sys.argv) > 1 else find_model("brain-mr")
    bert = dice_of_groups(
        labels(bundle, DATA / "brain_t1" / "bert" / "brain.mgz"),
        np.asarray(nibabel.load(DATA / "brain_t1" / "bert" / "aseg.mgz").dataobj),
    )
    folder = DATA / "brain_ms" / "patient07"
    flair, t1 = (labels(bundle, next(folder.glob(f"{contrast}_*.nii.gz"))) for contrast in ("FLAIR", "T1"))
    same = dice_of_two_runs(flair, t1)
    print("| structure | bert (T1) against FreeSurfer | patient07, FLAIR against T1 |\n|---|---|---|")
    for name in GROUPS:
        print(f"| {name} | {bert[name]:.3f} | {same[name]:.3f} |")
    print(f"| **mean** | **{np.mean(list(bert.values())):.3f}** | **{np.mean(list(same.values())):.3f}** |")


if __name__ == "__main__":
    main()
