"""The words of the report, in one place so that they can be translated."""

from __future__ import annotations

TITLE = "Findings report"
DISCLAIMER = "For research only. Not a medical device: do not base a diagnosis or a treatment on this report."
MADE = "Report of {date}"
NO_MODEL = "Segmented by hand or by another program"

# Summary
LESIONS = "{count} lesions; the largest is number {id} ({label}, {size})."
ONE_LESION = "One lesion: {label}, {size}."
NO_LESION = "No lesion was found. That does not rule one out."
ALL_REJECTED = "No lesion stands: the reader has rejected all {count}."
REJECTED = "{count} more were rejected by the reader and are listed at the end."
ONE_REJECTED = "One more was rejected by the reader and is listed at the end."
TARGETS = "Target lesions by RECIST 1.1: {ids}."
DETECTIONS = "{count} boxes; the best is {label} with a score of {score}."
ONE_DETECTION = "One box: {label} with a score of {score}."
CHOSEN = "Class of the scan: {names}."
NO_CLASS = "None of the model's classes was chosen."
LANDMARKS = "{count} points."
LABEL = "{label}: {volume} ml."
LABELS = "Labels found: {found} of {count}."
NOTHING = "Nothing was found. That does not rule anything out."

# Sections
PATIENT = "Patient"
LOOK = "What deserves a look"
LESION_SECTION = "Lesions"
PICTURES = "Pictures"
DETECTION_SECTION = "Boxes"
CLASS_SECTION = "Classes"
LANDMARK_SECTION = "Points"
LABEL_SECTION = "Labels"
REJECTED_SECTION = "Rejected by the reader"
SCAN = "Scan"
MODEL = "Model"
MEASURED = "How it was measured"
RUN = "Run"

# Tables
LESION_TABLE = "Lesions, the largest first"
LESION_TABLE_TARGETS = "Lesions, the largest first; target lesions are in bold"
REJECTED_TABLE = "Findings that the reader has rejected"
DETECTION_TABLE = "Boxes, the best first"
CLASS_TABLE = "Classes"
LANDMARK_TABLE = "Points, RAS in mm"
LABEL_TABLE = "Labels that were found"
COLUMNS = {
    "id": "No.",
    "label": "Label",
    "volume": "Volume (ml)",
    "axial": "Longest × short (mm)",
    "feret": "3D diameter (mm)",
    "values": "Mean ± SD{unit}",
    "nearest": "Nearest structure",
    "score": "Score",
    "confidence": "Sureness",
    "remarks": "Remarks",
    "center": "Center R, A, S (mm)",
    "size": "Size (mm)",
    "class": "Class",
    "probability": "Probability",
    "point": "Point",
    "frame": "Frame",
    "surface": "Surface (cm²)",
    "range": "Least … largest{unit}",
    "kind": "Kind",
    "note": "Note",
}
MORE = "{count} more are in findings.csv, which lies with the result."
MISSING = "Not found: {names}."
TARGET = "target"
INCLUDES_REJECTED = "Volumes of labels include lesions that were rejected."
OF_BOX = "of the box"
TOUCHES = "{name}, touching"
AWAY = "{name}, {distance} mm"
LESION, DETECTION = "lesion {id}", "box {id}"
FLAGGED_LESIONS = "Lesions {ids}: {sentence}"
FLAGGED_LESION = "Lesion {ids}: {sentence}"
FLAGGED_LABELS = "{ids}: {sentence}"

# Pictures
SLICE_CAPTION = "Lesion {id}, {label}: {place}, whole and enlarged. Outlines of the labels; {lines}.{window}"
LINES = "the longest diameter ({longest} mm) is solid, the short axis ({short} mm) dashed"
NO_LINES = "it has no diameters"
BOX_CAPTION = "Box {id}, {label}, score {score}: {place}, whole and enlarged.{window}"
SLICE, PICTURE = "{where} slice {number} of {count}", "the picture"
SLICE_TEXT = "{where} slice of the scan with the outline of lesion {id} and its diameters"
BOX_TEXT = "{where} slice of the scan with box {id}"
SALIENCY_CAPTION = (
    "What the answer rests on: {place}, where it is most; the brighter, the more. It explains the model, not the patient."
)
SALIENCY_TEXT = "{where} slice of the scan, and the same slice with the places that the answer rests on in bright colors"
WINDOW = " Shown from {low} to {high}{unit}."
OVERVIEW_CAPTION = "The scan with what was found, in three planes that go through the most of it; sizes at the side."
OVERVIEW_2D_CAPTION = "The picture with what was found; the legend is at the side."
OVERVIEW_TEXT = "Slices of the scan with what was found drawn in color, and a legend"
SURFACE_CAPTION = "What was found, in space: from the front, turned to the left and seen from above a little; and from the left."
SURFACE_NUMBERS = " Numbers are those of the largest lesions, where there is room for them."
SURFACE_REJECTED = " Rejected lesions are drawn too, without a number."
SURFACE_BODY = " The patient's outline, told from the scan's values alone, is drawn like glass."
SURFACE_GLASS = " What lies around other things is drawn like glass."
SURFACE_TEXT = "Surfaces of the labels in color, seen from two sides"

# Scan, model, run
FACTS = {
    "name": "Name",
    "modality": "Modality",
    "voxels": "Voxels",
    "spacing": "Spacing",
    "directions": "Axes point to",
    "title": "Model",
    "version": "Version",
    "hash": "SHA-256 of its files",
    "description": "What it does",
    "intended_use": "Intended use",
    "task": "Made for",
    "training_data": "Trained on",
    "license": "License",
    "weights_license": "License of the weights",
    "authors": "Authors",
    "metrics": "Quality, by its makers",
    "references": "Literature",
    "run_date": "Run on",
    "device": "Computed on",
    "precision": "Precision",
    "mode": "Mode",
    "roi": "Only in a box",
    "seconds": "Time",
    "versions": "Software",
}
UNKNOWN = "not known"
RGB = "color picture"
NO_CARD = "No model card was at hand when this report was made."
STEPS = {"preparing": "preparing", "segmenting": "computing", "restoring": "restoring", "measuring": "measuring"}

# How it was measured
METHOD_LESIONS = (
    "A lesion is a part of a label that hangs together. Its volume is that of its voxels. The longest diameter (from edge to "
    "edge) and the short axis at a right angle to it are measured in the slice plane where the longest is found (RECIST 1.1), "
    "the 3D diameter in any direction; the distance to the nearest structure is from edge to edge."
)
METHOD_VALUES = "Mean and standard deviation are those of the scan's first channel{unit} inside."
METHOD_BOXES = "Sizes of boxes are along the scan's axes. A score is the model's own number and no probability."
METHOD_SURENESS = "Sureness is the model's own, averaged inside; a model can be sure and wrong."
METHOD_LABELS = "Volumes of labels are those of their voxels, at the scan's own resolution."
METHOD_PLACES = "Places are in mm to the patient's right (R), front (A) and head (S)."
METHOD_PIXELS = (
    "The picture's file says nothing of sizes: a pixel was taken as 1 mm, and all lengths and volumes follow from that."
)
PAGE = "Page {number} of {count}"
