"""A detection bundle that leaves out the resampling that it needs, because it expects scans that somebody has resampled."""

from __future__ import annotations

from typing import Any

from .parts import class_of, listed_steps

RESAMPLES = "Scans are resampled to the spacing that the detector was made for; the bundle has this step, but leaves it out."


def with_its_spacing(config: dict[str, Any]) -> bool:
    """Switch on the one Spacingd of a detector's preprocessing, where the configuration may switch it off.

    lung_nodule_ct_detection 0.6.8 ships with ``whether_raw_luna16: false``, which disables its Spacingd (0.703125 x 0.703125 x
    1.25 mm): it expects LUNA16 as its authors resampled it. Its anchors are counted in voxels, so that at any other spacing
    nodules have sizes that it never saw. A scan that has this spacing already is not changed by the step.
    """
    steps = listed_steps(config, "preprocessing") or []
    spacings = [step for step in steps if class_of(step) == "Spacingd"]
    if "detector" not in config or len(spacings) != 1 or spacings[0].get("_disabled_", False) is False:
        return False
    del spacings[0]["_disabled_"]
    return True
