"""How well a result agrees with a reference: overlap, surfaces, volumes, lesions, boxes, values; a case or many together."""

from .agreement import Agreement, bland_altman
from .boxes import BoxMatches, match_to_boxes, match_to_mask
from .cases import Case
from .compare import check_criteria, evaluate
from .froc import Froc, froc
from .images import ImageResult, compare_images
from .lesions import LesionMatch
from .pairs import Pair, Pairs, find_pairs
from .plots import write_bland_altman, write_froc
from .result import LabelResult, mean_dice
from .spread import Spread, interval_of_mean, spread
from .summary import LabelSummary, Summary, summarize, worst_cases
from .tables import Table, tables

__all__ = [
    "Agreement",
    "BoxMatches",
    "Case",
    "Froc",
    "ImageResult",
    "LabelResult",
    "LabelSummary",
    "LesionMatch",
    "Pair",
    "Pairs",
    "Spread",
    "Summary",
    "Table",
    "bland_altman",
    "check_criteria",
    "compare_images",
    "evaluate",
    "find_pairs",
    "froc",
    "interval_of_mean",
    "match_to_boxes",
    "match_to_mask",
    "mean_dice",
    "spread",
    "summarize",
    "tables",
    "worst_cases",
    "write_bland_altman",
    "write_froc",
]
