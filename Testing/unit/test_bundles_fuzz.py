"""Configurations and expressions that nobody wrote: never anything but a sentence, never longer than a second."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

import monai.inferers
import monai.networks.nets
import monai.transforms  # noqa: F401  loaded here, so that no example's second goes into it
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medai.bundles.config import ConfigGraph, read_config
from medai.bundles.config.attributes import ALLOWED_ATTRIBUTES
from medai.bundles.config.closure import load_paths, needed, steps
from medai.bundles.config.expressions import Expression
from medai.bundles.config.names import ALLOWED_NAMES, allowed_name, named
from medai.bundles.config.repairs import repaired
from medai.bundles.config.targets import ALLOWED_TARGETS
from medai.errors import InputError, MedAIError, RefusedError, TrustError

ANY = settings(deadline=1000, max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
NAMES = st.sampled_from(["a", "b", "c", "network_def", "preprocessing", "postprocessing", "inferer", "detector", "device"])
# Networks take long to build, not to judge: the real ones are built in other tests.
TARGETS = sorted(n for n, full in ALLOWED_TARGETS.items() if "networks" not in full and "apps" not in full)
QUICK = sorted(name for name in ALLOWED_NAMES if "networks" not in name and "apps" not in name)
NUMBERS = st.integers(-(10**30), 10**30) | st.integers(-3, 5) | st.floats() | st.booleans() | st.none()
ATOMS = st.sampled_from(
    ["1", "2.5", "9999999999", "'x'", "None", "True", "[1, 2]", "{'a': 1}", "@a", "@b", "@c::a", "@c#0", "x", "torch.float32",
     "().__class__", "__import__('os')", "'{}'", "range(9)", "lambda x: x", "monai.transforms", "open('/x')", "..."]
) | st.sampled_from(QUICK)  # fmt: skip


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "==", " in ", " and ", " or ", " is ", "&", "**", "@", ":="])
    return st.one_of(
        st.tuples(inner, operators, inner).map("".join),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(inner, inner, inner).map(lambda p: f"{p[0]} if {p[1]} else {p[2]}"),
        st.tuples(st.sampled_from(QUICK), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, st.sampled_from([*sorted(ALLOWED_ATTRIBUTES), "format", "__class__"])).map(lambda p: f"({p[0]}).{p[1]}"),
        inner.map(lambda p: f"lambda x: {p}"),
        inner.map(lambda p: f"[{p}, {p}] * 9"),
        inner.map(lambda p: f"not -({p})"),
        inner.map(lambda p: f"[y for y in {p}]"),
    )


KEYS = """
    keys transforms func spatial_size pixdim roi_size argmax pretrained transform nearest_interp dtype load_path
    _disabled_ _requires_ _mode_ _desc_
"""
EXPRESSIONS = st.recursive(ATOMS, _joined, max_leaves=12)
TEXTS = (
    st.text(max_size=12)
    | EXPRESSIONS.map(lambda text: f"${text}")
    | NAMES.map(lambda name: f"@{name}")
    | NAMES.map(lambda name: f"%{name}")
    | NAMES.map(lambda name: f"$@{name} + @{name}")
    | st.sampled_from(
        ["%inference.json::a", "%#a", "@##a", "%/etc/passwd", "%other.json", "@a::0::b", "$@", "@", "%", "$", "pred"]
    )
)


def _parts(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    targets = st.sampled_from(TARGETS) | TEXTS | st.sampled_from(["os.system", "scripts.x.Y", "builtins.eval"])
    keys = st.sampled_from(KEYS.split())
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | keys | st.text(max_size=4), inner, max_size=4)
        | st.tuples(targets, st.dictionaries(keys, inner, max_size=4)).map(lambda p: {"_target_": p[0], **p[1]})
    )


PARTS = st.recursive(NUMBERS | TEXTS, _parts, max_leaves=20)
CONFIGS = st.dictionaries(NAMES, PARTS, max_size=6)


def told(problem: MedAIError) -> None:
    text = str(problem)
    assert len(text) > 10
    assert "Traceback" not in text
    assert "\n" not in text.strip()


def build_all(config: dict[str, Any]) -> None:
    graph = ConfigGraph(config, {"bundle_root": "/nowhere", "device": torch.device("cpu")})
    for kind in ("segmentation", "detection"):
        for name in needed(config, kind):
            with contextlib.suppress(InputError, RefusedError, TrustError):
                steps(config, name)
            try:
                graph.built(name)
            except (InputError, RefusedError, TrustError) as problem:
                told(problem)
    for path in load_paths(config):
        with contextlib.suppress(InputError, RefusedError, TrustError):
            graph.build(path)


@ANY
@given(CONFIGS)
def test_any_configuration_is_built_or_told(config):
    changed, said = repaired(config, "x", "1.0.0")
    assert all(sentence.endswith(".") for sentence in said)
    build_all(config)
    build_all(changed)


@ANY
@given(CONFIGS | st.binary(max_size=60) | PARTS)
def test_any_file_is_read_or_told(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "configs", "inference.json")
        path.parent.mkdir()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        for _ in range(2):
            try:
                assert isinstance(read_config(Path(folder)), dict)
            except InputError as problem:
                told(problem)
            path = path.rename(path.with_suffix(".yaml"))


@ANY
@given(EXPRESSIONS | st.text(alphabet="()[]{}.,:+-*/%@$'\"\\ abxlambdaif0123456789_=<>\n", max_size=40))
def test_any_expression_is_computed_or_told_and_judged_alike(text):
    references = {"x": [1, 2], "a": 3}

    def judged() -> bool:
        try:
            Expression(text, allowed_name, ALLOWED_ATTRIBUTES).judge(set(references))
        except RefusedError as problem:
            told(problem)
            return False
        return True

    passes = judged()
    try:
        value = Expression(text, named, ALLOWED_ATTRIBUTES).evaluate(references)
    except (InputError, RefusedError) as problem:
        told(problem)
    else:
        assert passes, value
    assert judged() is passes


@ANY
@given(st.integers(1, 400), st.sampled_from(["[", '{"a":', '{"_target_":"Compose","transforms":[']))
def test_depth_is_bounded(depth, opening):
    closing = {"[": "]", '{"a":': "}", '{"_target_":"Compose","transforms":[': "]}"}[opening]
    config = {"inferer": json.loads(opening * depth + "1" + closing * depth)}
    build_all(config)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "configs", "inference.json")
        path.parent.mkdir()
        path.write_text(json.dumps(config))
        with contextlib.suppress(InputError):
            read_config(Path(folder))


@ANY
@given(st.integers(2, 60), st.sampled_from(["$@{0} + @{0}", "$[@{0}, @{0}]", "$@{0} * 7", "$(@{0}, @{0}, @{0})"]))
def test_what_doubles_at_every_step_ends(count, form):
    config: dict[str, Any] = {f"p{n}": form.format(f"p{n + 1}") for n in range(count)}
    config |= {f"p{count}": [1, 2, 3], "inferer": "@p0", "network_def": ["@p0", "@p1", "@p0"]}
    build_all(config)


def test_a_chain_of_two_hundred_parts_ends():
    for form in ("@{}", "$@{}", '["@{}", "@{}"]'):
        config = {f"p{n}": f"@p{n + 1}" if form == "@{}" else form.format(f"p{n + 1}", f"p{n + 1}") for n in range(200)}
        build_all({**config, "p200": 1, "inferer": "@p0"})


def test_transforms_that_hold_each_other_many_times_end():
    config = {f"c{n}": {"_target_": "Compose", "transforms": [f"@c{n + 1}"] * 100} for n in range(8)}
    build_all({**config, "c8": {"_target_": "Identityd", "keys": "a"}, "inferer": "@c0"})
