"""The ``$`` grammar: what bundles need is evaluated, everything else is refused before it runs."""

from __future__ import annotations

import contextlib
import os.path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from medai.bundles.expressions import Expression
from medai.bundles.targets import ALLOWED_ATTRIBUTES, named
from medai.errors import InputError, RefusedError


def value_of(text: str, **names: object) -> object:
    return Expression(text, named, ALLOWED_ATTRIBUTES).evaluate(names)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("7 // 2 - 7 % 4", 0),
        ("[1, 2][0] if 2 > 1 else 5", 1),
        ("not (1 == 2) and 3 != 4", True),
        ("0 or 5", 5),
        ("1 < 2 < 3", True),
        ("{'a': (1, 2)}['a'][1:]", (2,)),
        ("-len([1, 2, 3])", -3),
        ("os.path.join('models', 'model.pt')", "models/model.pt"),
        ("monai.utils.CommonKeys.IMAGE", "image"),
        ("root + '/models/model.pt'", "/b/models/model.pt"),
        ("torch.float32", torch.float32),
        ("torch.device('cpu')", torch.device("cpu")),
    ],
)
def test_what_bundles_write_is_evaluated(text, value):
    assert value_of(text, root="/b") == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "().__class__",
        "().__class__.__bases__[0].__subclasses__()",
        "root.__class__",
        "'{0.__class__}'.format(root)",
        "'%s' % root",
        "getattr(root, 'upper')",
        "eval('1')",
        "open('/etc/passwd')",
        "torch.load('x')",
        "torch.hub.load('a', 'b')",
        "torch.ops.load_library('x')",
        "os.system('true')",
        "os.path.os.system('true')",
        "monai.bundle.run()",
        "np.load('x', allow_pickle=True)",
        "(lambda: 1)()",
        "[x for x in [1]]",
        "f'{root}'",
        "(x := 1)",
        "len(*[[1]])",
        "'a' * 10000000",
        "2 ** 100000",
        "~5",
        "list(range(10000000000))",
        "9999999999 * 9999999999 * 9999999999",
        "import os",
        "1; 2",
        "",
        "(" * 300 + ")" * 300,
        "1 + " * 400 + "1",
    ],
)
def test_what_could_reach_further_is_refused(text):
    with pytest.raises(RefusedError):
        value_of(text, root="/b")


@pytest.mark.parametrize("text", ["1 / 0", "len(5)", "[1][3]", "{'a': 1}['b']", "int('x')", "torch.device('nowhere')"])
def test_what_cannot_be_computed_is_told(text):
    with pytest.raises((InputError, RefusedError)):
        value_of(text)


@given(st.text(max_size=60))
def test_any_text_is_evaluated_or_refused(text):
    with contextlib.suppress(RefusedError, InputError):
        value_of(text)


def test_paths_are_joined_alike_on_every_system():
    assert value_of("os.path.join('a', 'b')") == "a/b"
    assert os.path.join("a", "b").replace(os.sep, "/") == "a/b"  # noqa: PTH118
