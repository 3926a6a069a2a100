"""What each public bundle is run on, and what MONAI's own runner needs to run it at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """How a bundle is compared.

    Attributes:
        shape: of the scan (i, j, k), with frames (i, j, k, frame), or (columns, rows) of a picture.
        spacing: in mm, along i, j, k.
        values: least and largest intensity.
        edits: changes of the configuration without which MONAI's runner of today cannot run it, as "a::b" -> value; None
            removes the entry. MedAI gets the bundle as it is.
        note: why, in a few words, for the table.
        item: what else MONAI's data list needs beside the images.
        oblique: whether the scan is turned; the shipped way back of some bundles is wrong then.
    """

    shape: Sequence[int] = (72, 64, 40)
    spacing: Sequence[float] = (1.9, 1.7, 3.1)
    values: tuple[float, float] = (-1000.0, 600.0)
    edits: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    item: Mapping[str, Any] = field(default_factory=dict)
    oblique: bool = True


_MR = (0.0, 900.0)
_DINTS = Case(
    (56, 48, 32),
    (1.5, 1.5, 3.0),
    edits={
        "arch_ckpt": "$torch.load(@arch_ckpt_path, map_location='cpu', weights_only=False)",
        "dints_space::device": "$torch.device('cpu')",
    },
    note="its search code read as a pickle, on the CPU",
)


CASES: dict[str, Case] = {
    "brats_mri_segmentation": Case((64, 56, 40), (1.1, 1.0, 2.0), _MR),
    "breast_density_classification": Case(
        (200, 320), edits={"network_def::pretrained": False}, note="without downloading ImageNet's weights", values=(0, 255)
    ),
    "classification_template": Case((128, 128), values=(0, 255), item={"label": 0}),
    "endoscopic_inbody_classification": Case((320, 240), values=(0, 255)),
    "endoscopic_tool_segmentation": Case((368, 240), values=(0, 255)),
    "lung_nodule_ct_detection": Case(
        (112, 96, 64), (0.703125, 0.703125, 1.25), note="with the folder that its saver does not make", oblique=False
    ),
    "multi_organ_segmentation": _DINTS,
    "pancreas_ct_dints_segmentation": _DINTS,
    "pathology_nuclei_classification": Case((128, 128), values=(0, 255)),
    "pediatric_abdominal_ct_segmentation": Case(),
    "prostate_mri_anatomy": Case(
        (128, 120, 20),
        (0.6, 0.5, 3.0),
        _MR,
        {"postprocessing::transforms::2::nearest_interp": True},
        "with labels that are not interpolated",
    ),
    "renalStructures_CECT_segmentation": Case((64, 56, 32), (0.9, 1.0, 1.6)),
    "renalStructures_UNEST_segmentation": Case((72, 64, 40), (1.3, 1.2, 2.4)),
    "segmentation_template": Case((64, 64, 40), (1.1, 1.0, 2.0), _MR),
    "spleen_ct_segmentation": Case(),
    "spleen_deepedit_annotation": Case(),
    "swin_unetr_btcv_segmentation": Case(
        (64, 56, 36), edits={"network_def::img_size": None}, note="without img_size, which MONAI 1.5 removed"
    ),
    "valve_landmarks": Case((256, 256, 1, 2), (1.4, 1.4, 8.0), _MR, note="with numpy's product brought back"),
    "ventricular_short_axis_3label": Case((72, 64, 10), (1.4, 1.3, 8.0), _MR),
    "vista3d": Case((60, 56, 40)),
    "wholeBody_ct_segmentation": Case((72, 64, 40)),
    "wholeBrainSeg_Large_UNEST_segmentation": Case((104, 100, 98), (1.1, 1.2, 1.3), _MR),
}

# Where MedAI does something else than MONAI's runner with the bundle as it ships, beside what the table says.
DIFFERENT: dict[str, str] = {
    "vista3d": (
        "it is run without clicks on the 117 classes of `everything_labels`, which is what its evaluator does with a scan "
        "alone; the `label_prompt` of its example (spleen) is not used. Labels that are asked for (`--labels`, the "
        "panel's list) are its only prompts, as MONAI's `label_prompt` would be: memory is for these alone, and where "
        "another class would have won, the label may be larger than in a run for all. Of any other model, asking for "
        "labels hides the others and changes nothing. Groups of labels (kidney, lung, bone) and the tumors and vessels "
        "that it only gives when prompted are not offered."
    ),
}

# Why a public bundle is not in the table above.
OUT_OF_SCOPE: dict[str, str] = {
    "brats_mri_axial_slices_generative_diffusion": "makes images",
    "brats_mri_generative_diffusion": "makes images",
    "maisi_ct_generative": "makes images",
    "mednist_gan": "makes images",
    "mednist_reg": "registers images",
    "pathology_nuclei_segmentation_classification": "whole-slide pathology: outlines of nuclei from three maps",
    "pathology_nuclick_annotation": "needs a click on every nucleus",
    "pathology_tumor_detection": "whole-slide pathology, read by cuCIM",
    "vista2d": "outlines of cells, through packages of its own",
}
