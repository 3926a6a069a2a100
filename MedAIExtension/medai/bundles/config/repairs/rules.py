"""The rules. Each cites the bundles and versions that it was found in, and says in one sentence what it changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..grammar import LONGEST
from .parts import class_of, keys_of, listed_steps, objects, replace_texts
from .spacing import RESAMPLES, with_its_spacing
from .vista3d import AUTOMATIC, automatic

_ARGUMENTS = r"\(\s*(?:[^()]|\(\s*\))*?cuda(?:[^()]|\(\s*\))*\)"
_CUDA = re.compile(rf"torch\.device{_ARGUMENTS}")
_WITH_WEIGHTS_BY_DEFAULT = ("EfficientNetBN", "EfficientNetBNFeatures")
_FALSE = (None, False, 0, "", "$False", "$None", "$0")


@dataclass(frozen=True)
class Rule:
    """One repair.

    Attributes:
        name: for people.
        found_in: (bundle, version) pairs that cannot be run, or not rightly, without it.
        says: a sentence about what is changed.
        apply: changes a configuration in place, and tells whether it did.
    """

    name: str
    found_in: tuple[tuple[str, str], ...]
    says: str
    apply: Callable[[dict[str, Any]], bool]


def _without_img_size(config: dict[str, Any]) -> bool:
    networks = [part for part in objects(config) if class_of(part) == "SwinUNETR" and "img_size" in part]
    for part in networks:
        del part["img_size"]
    return bool(networks)


def _on_the_chosen_device(config: dict[str, Any]) -> bool:
    def change(text: str) -> str:
        if not text.startswith("$") or len(text) > LONGEST:  # what is longer is no expression, and takes long to search
            return text
        changed = _CUDA.sub("@device", text)
        return "@device" if changed.strip() == "$@device" else changed

    changed = replace_texts(config, change)
    for part in objects(config):
        where = part.get("device")
        if isinstance(where, str) and re.fullmatch(r"cuda(:\d+)?", where) and class_of(part) != "device":
            part["device"] = "@device"
            changed = True
    return changed


def _without_itk(config: dict[str, Any]) -> bool:
    loaders = [
        part
        for part in objects(config)
        if class_of(part).startswith("LoadImage") and "itkreader" in str(part.get("reader", "")).lower()
    ]
    for part in loaders:
        del part["reader"]
    return bool(loaders)


def _without_pretraining(config: dict[str, Any]) -> bool:
    changed = False
    for part in objects(config):
        for key in ("pretrained", "pretrained_url"):
            if part.get(key) not in _FALSE:
                part[key] = False if key == "pretrained" else None
                changed = True
        if class_of(part) in _WITH_WEIGHTS_BY_DEFAULT and "pretrained" not in part:
            part["pretrained"] = False
            changed = True
    return changed


def _with_whole_labels(config: dict[str, Any]) -> bool:
    """Labels that are back on the scan's grid, and not made discrete again afterwards, must not be interpolated."""
    steps = [step for step in listed_steps(config, "postprocessing") or [] if isinstance(step, dict)]
    changed = False
    for number, step in enumerate(steps):
        if not class_of(step).startswith("Invert") or step.get("nearest_interp") is not False:
            continue
        for key in keys_of(config, step):
            before = [other for other in steps[:number] if key in keys_of(config, other)]
            after = [other for other in steps[number + 1 :] if key in keys_of(config, other)]
            if any(map(_makes_labels, before)) and not any(class_of(other).startswith("AsDiscrete") for other in after):
                step["nearest_interp"] = changed = True
    return changed


def _makes_labels(step: dict[str, Any]) -> bool:
    argmax = step.get("argmax")
    return class_of(step).startswith("AsDiscrete") and (argmax is True or (isinstance(argmax, list) and True in argmax))


def _without_training_label(config: dict[str, Any]) -> bool:
    steps = listed_steps(config, "postprocessing") or []
    changed = False
    for step in list(steps):
        keys = keys_of(config, step) if isinstance(step, dict) else []
        if "label" not in keys or class_of(step).startswith("Save") or "box" in str(step.get("box_keys", "")):
            continue
        changed = True
        kept = [number for number, key in enumerate(keys) if key != "label"]
        if not kept:
            steps.remove(step)
            continue
        for name, value in step.items():
            if isinstance(value, list) and len(value) == len(keys):
                step[name] = [value[number] for number in kept]
    return changed


RULES: tuple[Rule, ...] = (
    Rule(
        "SwinUNETR without img_size",
        (("swin_unetr_btcv_segmentation", "0.5.6"),),
        "SwinUNETR is built without img_size, which MONAI has had no use for since 1.5; the weights are the same.",
        _without_img_size,
    ),
    Rule(
        "the chosen device",
        (
            ("pancreas_ct_dints_segmentation", "0.5.0"),
            ("multi_organ_segmentation", "0.0.4"),
            ("wholeBody_ct_segmentation", "0.2.5"),
        ),
        "Parts that the bundle puts on a GPU of its own choice go to the device that the run uses.",
        _on_the_chosen_device,
    ),
    Rule(
        "no ITK reader",
        (
            ("swin_unetr_btcv_segmentation", "0.5.6"),
            ("pediatric_abdominal_ct_segmentation", "0.4.4"),
            ("spleen_deepedit_annotation", "0.5.6"),
            ("lung_nodule_ct_detection", "0.6.8"),
        ),
        "The scan is read by MedAI instead of MONAI's ITKReader, which needs a package that Slicer's Python lacks.",
        _without_itk,
    ),
    Rule(
        "no pretraining",
        (("breast_density_classification", "0.1.6"), ("pathology_tumor_detection", "0.6.2")),
        "The network is built without downloading weights of ImageNet (pretrained), which the bundle's own weights replace.",
        _without_pretraining,
    ),
    Rule(
        "whole labels",
        (("prostate_mri_anatomy", "0.3.4"),),
        "Labels are brought back to the scan's grid by the nearest voxel; the bundle interpolates between their numbers.",
        _with_whole_labels,
    ),
    Rule(
        "no training label",
        (("classification_template", "0.0.2"),),
        "Steps of the postprocessing that work on the training label are left out, since a scan comes without one.",
        _without_training_label,
    ),
    Rule("the detector's spacing", (("lung_nodule_ct_detection", "0.6.8"),), RESAMPLES, with_its_spacing),
    Rule("classes as prompts", (("vista3d", "0.5.4"),), AUTOMATIC, automatic),
)
