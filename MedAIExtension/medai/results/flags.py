"""What deserves a reader's look, by name; the sentences are for people."""

from __future__ import annotations

LOW_CONFIDENCE = "low confidence"
AT_THE_EDGE = "at the edge"
IMPLAUSIBLE_VOLUME = "implausible volume"
OUTSIDE_RANGE = "input outside the model's range"
TINY = "few voxels"

SENTENCES = {
    LOW_CONFIDENCE: "The model is not sure here.",
    AT_THE_EDGE: "It touches the edge of the scan, where it may go on.",
    IMPLAUSIBLE_VOLUME: "Its volume is unusual for this structure.",
    OUTSIDE_RANGE: "The scan lies outside of what the model was made for.",
    TINY: "It has too few voxels for its diameters to mean much.",
}
