"""The ``$`` grammar: what bundles need is evaluated, everything else is refused before it runs."""

from __future__ import annotations

import contextlib
import os.path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from medai.bundles.config.attributes import ALLOWED_ATTRIBUTES
from medai.bundles.config.expressions import Expression
from medai.bundles.config.names import named
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
        ("numpy.float32", np.float32),
        ("((256 - 164) // 2,) * 4", (46, 46, 46, 46)),
        ("1.0 - float(164) / float(256)", 1 - 164 / 256),
        ("list(range(33, 36)) + list(range(63, 65)) + [114]", [33, 34, 35, 63, 64, 114]),
        ("list({'a': 1}.keys())", ["a"]),
        ("sorted([3, 1, 2], reverse=True)", [3, 2, 1]),
        ("2 in [1, 2] and 'a' not in {'b': 1}", True),
        ("json.loads('[1, {}]')", [1, {}]),
        ("copy.deepcopy([1, [2]])", [1, [2]]),
        ("max(1, 2) + min([3, 4]) + sum([1, 2]) + round(1.26, 1)", 9.3),
        ("zip([1, 2], [3, 4])", [(1, 3), (2, 4)]),
        ("str(1) + 'A'.lower()", "1a"),
        ("'x' is None or None is None", True),
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
        "not " * 60 + "1",
        "(lambda: 1)()",
        "lambda x=1: x",
        "lambda *x: x",
        "lambda **x: x",
        "lambda x, /: x",
        "lambda *, x: x",
        "lambda _x: 1",
        "lambda x: x.__class__",
        "lambda x: x.format",
        "lambda f: f(f)",
        "lambda f: f.unknown()",
        "lambda x: open(x)",
        "1 if True else open('/etc/passwd')",
        "True or os.system('true')",
        "[1, 2] and torch.hub.load('a', 'b')",
        "root.format(root)",
        "'{}'.join([root])",
        "b'bytes'",
        "1j",
        "36893488147419103233",
        "5 >> 1",
        "5 ^ 1",
        "root[0](1)",
        "root()",
        "dict(**{'a': 1})",
        "{**{'a': 1}}",
        "await root",
        "'a' 'b' if (yield) else 1",
        "monai.networks.nets.DenseNet121.__init__",
        "_x",
        "torch._C",
        "round(5, -1000000000) if 0 else os",
        "[[0] * 15000] * 2",
        "[[[0] * 100] * 100] * 100",
        "monai.transforms.LoadImage()",
        "monai.bundle.load('x')",
        "pathlib.os",
        "json.load",
    ],
)
def test_what_could_reach_further_is_refused(text):
    with pytest.raises(RefusedError):
        value_of(text, root="/b")


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "len(5)",
        "[1][3]",
        "{'a': 1}['b']",
        "int('x')",
        "torch.device('nowhere')",
        "root % 1",
        "round(5, -1000000000)",
        "str([1])",
        "sum([[1], [2]])",
        "torch.sigmoid(1)",
        "[1].shape",
        "len[0]",
        "sorted([1, 'a'])",
        "int('9' * 5000)",
        "torch.float32()",
        "json.loads('{')",
        "monai.networks.nets.resnet.resnet18(colour='red')",
    ],
)
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
