"""Messages survive the way as a line; whatever else is on the line is told in a sentence."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai.finding import ClassScore, Detection, Landmark
from medai.inference import Options, Plan
from medai.jobs.exporting import Findings
from medai.jobs.protocol import (
    VERSION,
    Advanced,
    Cancel,
    Cancelled,
    Done,
    Export,
    Exported,
    Failed,
    MakePlan,
    Measure,
    Measured,
    Planned,
    ProtocolError,
    Ready,
    Run,
    Stay,
    decode_event,
    decode_request,
    encode,
)
from medai.jobs.voxels import VoxelFile
from medai.region import Box
from medai.results import Code, Diameter, Intensity, Label, Lesion, Nearest, Review, Statistics

number = st.floats(allow_nan=False)
files = st.builds(
    VoxelFile,
    path=st.text(),
    dtype=st.just("<i2"),
    shape=st.tuples(*[st.integers(1, 99)] * 4),
    axes=st.permutations(range(4)).map(tuple),
    affine=st.tuples(*[st.tuples(*[number] * 4)] * 4),
    name=st.text(),
    modality=st.text(),
)
lengths = st.floats(0.1, 1e6)
boxes = st.builds(Box, st.tuples(lengths, lengths, lengths), st.tuples(lengths, lengths, lengths))
options = st.builds(
    Options, device=st.sampled_from(["auto", "cpu"]), labels=st.lists(st.text()).map(tuple), roi=st.none() | boxes
)
sizes = st.lists(st.integers()).map(tuple)
plans = st.builds(
    Plan,
    device=st.text(),
    precision=st.text(),
    grid=sizes,
    spacing=st.lists(number).map(tuple),
    window=sizes,
    windows=st.integers(),
    memory_bytes=st.integers(),
    stage_seconds=st.dictionaries(st.text(), number),
)
codes = st.builds(Code, st.text(), st.text(), st.text())
colors = st.tuples(*[st.integers(0, 255)] * 3)
labels = st.builds(Label, st.integers(1), st.text(), colors, codes, codes, st.none() | codes, st.none() | codes, st.integers(0))
places = st.tuples(number, number, number)
diameters = st.none() | st.builds(Diameter, places, places)
lesions = st.builds(
    Lesion,
    st.integers(1),
    st.text(),
    st.integers(0),
    st.integers(0),
    number,
    places,
    st.tuples(*[number] * 6),
    longest=diameters,
    feret=diameters,
    intensity=st.none() | st.builds(Intensity, number, number, number, number),
    nearest=st.none() | st.builds(Nearest, st.text(), number),
    score=st.none() | number,
    confidence=st.none() | number,
    flags=st.lists(st.text()).map(tuple),
)
statistics = st.builds(Statistics, st.integers(1), st.integers(0), number, st.none() | number, median=st.none() | number)
lists_of_lesions = st.lists(lesions, max_size=2).map(tuple)
lists_of_statistics = st.lists(statistics, max_size=2).map(tuple)
detections = st.lists(st.builds(Detection, st.text(), number, boxes), max_size=2).map(tuple)
landmarks = st.lists(st.builds(Landmark, st.text(), places), max_size=2).map(tuple)
classes = st.lists(st.builds(ClassScore, st.text(), st.none() | number, number, st.booleans()), max_size=2).map(tuple)
reviews = st.builds(
    Review, st.sampled_from(["lesion", "detection"]), st.integers(1), st.sampled_from(["accepted", "rejected"]), st.text()
)
counts = st.dictionaries(st.integers(), st.integers())
lists_of_texts = st.lists(st.text()).map(tuple)
findings = st.builds(
    Findings,
    st.lists(labels, max_size=2).map(tuple),
    st.none() | counts,
    detections,
    landmarks,
    classes,
    lists_of_lesions,
    lists_of_statistics,
    st.lists(reviews, max_size=2).map(tuple),
    st.text(),
)
requests = st.one_of(
    st.builds(Run, st.integers(), st.text(), st.lists(files).map(tuple), options, st.text()),
    st.builds(MakePlan, st.integers(), st.text(), st.lists(files).map(tuple), options),
    st.builds(
        Measure,
        st.integers(),
        st.lists(files, max_size=2).map(tuple),
        st.lists(labels, max_size=2).map(tuple),
        st.none() | st.lists(st.integers()).map(tuple),
    ),
    st.builds(
        Export,
        st.integers(),
        st.lists(files, max_size=2).map(tuple),
        lists_of_texts,
        findings,
        st.text(),
        lists_of_texts,
        st.none() | st.text(),
        st.none() | st.text(),
        st.text(),
    ),
    st.builds(Cancel, st.integers()),
    st.builds(Stay, number),
)
words = st.dictionaries(st.text(), st.text())
seconds = st.dictionaries(st.text(), number)
names = st.dictionaries(st.integers(), st.text())
events = st.one_of(
    st.builds(Ready, st.integers()),
    st.builds(Advanced, st.integers(), number, st.text(), st.none() | number),
    st.builds(Planned, st.integers(), plans),
    st.builds(
        Done,
        st.integers(),
        st.none() | files,
        counts,
        names,
        plans,
        seconds,
        st.integers(),
        words,
        words,
        st.lists(st.text()).map(tuple),
        detections=detections,
        landmarks=landmarks,
        classes=classes,
        lesions=lists_of_lesions,
        statistics=lists_of_statistics,
        confidence=st.none() | files,
        saliency=st.none() | files,
    ),
    st.builds(Exported, st.integers(), words),
    st.builds(Measured, st.integers(), lists_of_lesions, lists_of_statistics),
    st.builds(Failed, st.integers(), st.text(), st.integers(), st.text()),
    st.builds(Cancelled, st.integers()),
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(requests)
def test_requests_arrive_as_they_were_sent(request: Any) -> None:
    line = encode(request)
    assert line.count(b"\n") == 1
    assert decode_request(line) == request


@given(events)
def test_events_arrive_as_they_were_sent(event: Any) -> None:
    line = encode(event)
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


def refused(line: bytes) -> None:
    for decode in (decode_request, decode_event):
        with contextlib.suppress(ProtocolError):
            decode(line)


@given(st.binary())
def test_bytes_are_understood_or_refused(line: bytes) -> None:
    refused(line)


@given(anything)
def test_json_is_understood_or_refused(content: Any) -> None:
    refused(json.dumps(content).encode())


@given(requests | events, st.data())
def test_a_message_with_one_member_changed_is_understood_or_refused(message: Any, data: st.DataObject) -> None:
    content = json.loads(encode(message))
    content[data.draw(st.sampled_from(sorted(content)) | st.text())] = data.draw(anything)
    refused(json.dumps(content).encode())


@given(requests | events, st.data())
def test_a_line_cut_off_is_refused(message: Any, data: st.DataObject) -> None:
    line = encode(message).rstrip()
    cut = line[: data.draw(st.integers(0, len(line) - 1))]
    for decode in (decode_request, decode_event):
        with pytest.raises(ProtocolError):
            decode(cut)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"[" * 100_000, "broken"),
        (b"1" * 10_000, "broken"),
        (b"[]", "no message"),
        (b'{"kind": "Cancel", "id": 1}', "different versions"),
        (b'{"kind": "Cancel", "id": 1, "version": %d}' % (VERSION + 1), "different versions"),
        (b'{"kind": "Dance", "version": %d}' % VERSION, "know no message 'Dance'"),
        (b'{"kind": "Cancel", "version": %d}' % VERSION, "has the members id"),
        (b'{"kind": "Cancel", "version": %d, "id": true}' % VERSION, "bool instead of int"),
        (b'{"kind": "Cancel", "id": 1, "version": %d, "more": 1}' % VERSION, "has the members"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: bytes, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        decode_request(line)


def test_an_unknown_device_is_refused_where_the_message_is_read() -> None:
    line = encode(MakePlan(1, "model", (), Options())).replace(b"auto", b"abacus")
    with pytest.raises(ProtocolError, match="abacus"):
        decode_request(line)


def test_each_side_refuses_the_words_of_the_other() -> None:
    with pytest.raises(ProtocolError, match="cannot be asked"):
        decode_request(encode(Ready(1)))
    with pytest.raises(ProtocolError, match="does not say"):
        decode_event(encode(Cancel(1)))


def test_numbers_of_numpy_are_sent_as_numbers() -> None:
    plan = Plan("cpu", "float32", (np.int64(3),), (np.float32(0.5),), (), 1, np.int64(7), {"a": np.float64(2)})  # type: ignore[arg-type]
    assert decode_event(encode(Planned(1, plan))) == Planned(1, Plan("cpu", "float32", (3,), (0.5,), (), 1, 7, {"a": 2.0}))
