"""Which scan is which channel of a model, guessed from what scanners and people call them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# What a word says about a scan. MR sequences come as weightings; T1 and T2 also begin words, as in "t1ce" or "T2W".
_WORDS: dict[str, tuple[str, ...]] = {
    "T1": ("t1", "mprage", "mp2rage", "spgr", "bravo"),
    "T2": ("t2",),
    "FLAIR": ("flair", "fla", "fluid"),
    "PD": ("pd", "pdw"),
    "DWI": ("dwi", "hbv"),
    "ADC": ("adc",),
    "CT": ("ct",),
    "PT": ("pet", "suv", "fdg"),  # "pt" is rather a patient
}
_ENHANCED = {"post", "gd", "gad", "gado", "gadolinium", "ce", "contrast", "enhanced", "postcontrast", "+"}
_ENHANCED_AFTER_T1 = _ENHANCED | {"c"}  # "t1c"; a "c" of its own may be the neck
_PLAIN = {"pre", "without", "wo", "non", "no", "native", "unenhanced", "plain", "precontrast", "noncontrast"}
_PLAIN_AFTER_T1 = _PLAIN | {"n"}
_ANY = {"image", "img", "channel", "input", "volume", "scan", "mri", "mr"}
_PLANNING = {"scout", "localizer", "localiser", "survey"}
_OTHER_THAN_MR = ("CT", "PT")

_WORD = re.compile(r"[a-z0-9]+\*?|\+")  # T2* is another weighting than T2
_NEW_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WEIGHTED = re.compile(r"(t[12])([a-z]+)")
_AFTER_SURGERY = re.compile(r"post[\s_-]*op\w*", re.IGNORECASE)

# A handful is what models have; more are no names that anyone could guess.
_MOST_CHANNELS = 10


@dataclass(frozen=True)
class ScanHint:
    """What is known of a scan without its voxels: a node's or a file's name, DICOM's modality and series description."""

    name: str
    modality: str = ""
    description: str = ""


@dataclass(frozen=True)
class _Kind:
    """What a name says: weighting or modality ("" where nothing), and whether contrast was given (None: not said)."""

    weighting: str = ""
    enhanced: bool | None = None
    anything: bool = False


def guess_channels(channels: Sequence[str], scans: Sequence[ScanHint], modality: str = "") -> list[int | None]:
    """For each channel the index of the scan that it most likely is; None where no scan fits, no scan twice.

    Args:
        channels: a model's names of its channels, such as "T1c", "FLAIR", "CT", "channel 0".
        scans: the scans that there are. Their order plays no role.
        modality: DICOM's word for the scans that the model was made for; "" takes any for a channel without a telling name.
    """
    if len(channels) > _MOST_CHANNELS:
        return [None] * len(channels)
    wanted = [_kind_of(name) for name in channels]
    order = sorted(range(len(scans)), key=lambda n: _rank(scans[n]))
    # For every set of channels filled so far, the best sum of scores and who fills them; scans come one by one.
    best: dict[frozenset[int], tuple[int, dict[int, int]]] = {frozenset(): (0, {})}
    for index in order:
        scores = [_score(kind, scans[index], wanted, modality) for kind in wanted]
        for filled, (total, chosen) in list(best.items()):
            for channel, score in enumerate(scores):
                if score and channel not in filled:
                    more = filled | {channel}
                    if total + score > best.get(more, (0, {}))[0]:
                        best[more] = total + score, {**chosen, channel: index}
    chosen = max(best.values(), key=lambda candidate: candidate[0])[1]
    return [chosen.get(channel) for channel in range(len(channels))]


def _score(wanted: _Kind, scan: ScanHint, all_wanted: Sequence[_Kind], modality: str) -> int:
    """How well a scan fits a channel: 0 not at all."""
    kind = _kind_of_scan(scan)
    if _tokens(f"{scan.name} {scan.description}") & _PLANNING:
        return 0
    if not wanted.weighting:
        return int(wanted.anything and _of_modality(kind, scan, modality))
    if kind.weighting != wanted.weighting:
        return 0
    if wanted.enhanced:
        return 40 if kind.enhanced else 0
    if kind.enhanced and wanted.weighting == "T1":
        taken_for_enhanced = any(other.weighting == "T1" and other.enhanced for other in all_wanted)
        return 0 if taken_for_enhanced or wanted.enhanced is False else 10
    return 40 if kind.enhanced is False else 30


def _of_modality(kind: _Kind, scan: ScanHint, modality: str) -> bool:
    found = scan.modality or (kind.weighting if kind.weighting in _OTHER_THAN_MR else "MR" if kind.weighting else "")
    return not (modality and found) or found == modality


def _kind_of_scan(scan: ScanHint) -> _Kind:
    """The name's word counts, which the user sees and may have chosen; then the scanner's. DICOM's modality outweighs both."""
    if scan.modality in _OTHER_THAN_MR:
        return _Kind(scan.modality)
    name, description = _kind_of(scan.name), _kind_of(scan.description)
    weighting = name.weighting or description.weighting
    enhanced = name.enhanced if name.enhanced is not None else description.enhanced
    return _Kind("" if scan.modality and weighting in _OTHER_THAN_MR else weighting, enhanced)


def _kind_of(text: str) -> _Kind:
    tokens = _tokens(text)
    found = [kind for kind, words in _WORDS.items() if tokens & set(words)]
    if "FLAIR" in found:  # T2-weighted by itself, unless it says T1
        found = ["T1"] if "T1" in found else [kind for kind in found if kind != "T2"]
    if "ADC" in found:  # is computed from diffusion
        found = [kind for kind in found if kind != "DWI"]
    plain, enhanced = bool(tokens & _PLAIN), bool(tokens & _ENHANCED)
    # Without contrast is said with "contrast", so that "pre" and "non" weigh more; "pre and post" says nothing.
    said = None if (not plain and not enhanced) or {"pre", "post"} <= tokens else not plain
    return _Kind(found[0] if len(found) == 1 else "", said, bool(tokens & _ANY))


def _tokens(text: str) -> set[str]:
    """The words of a name in lower case: split where letters change to capitals too, and "t1ce" as "t1" and what it means."""
    text = _AFTER_SURGERY.sub("", text).replace("w/o", "without")
    tokens = set(_WORD.findall(f"{text} {_NEW_CAPITAL.sub(' ', text)}".lower()))
    for weighting, rest in [match.groups() for match in map(_WEIGHTED.fullmatch, tuple(tokens)) if match]:
        tokens |= {weighting} | _meaning(weighting, rest)
    return tokens


def _meaning(weighting: str, rest: str) -> set[str]:
    """What letters after T1 and T2 mean: "t1c" with contrast, "t1n" native, "t2f" fluid-attenuated."""
    if weighting == "t2":
        return {"flair"} if rest == "f" else set()
    return {"enhanced"} if rest in _ENHANCED_AFTER_T1 else {"plain"} if rest in _PLAIN_AFTER_T1 else set()


def _rank(scan: ScanHint) -> tuple[int, str, str, str]:
    """Of scans that fit alike the one with the plainest name comes first."""
    return len(_tokens(scan.name)), scan.name, scan.modality, scan.description
