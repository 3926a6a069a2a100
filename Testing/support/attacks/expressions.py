"""Expressions that look for a way out of the small grammar, or never end."""

from __future__ import annotations

from collections.abc import Callable

from ..traps import Trap
from .attack import Attack, configured


def expressions() -> list[Attack]:
    """``$`` expressions that look for a way out of the small grammar, or never end."""
    texts: list[Callable[[Trap], str]] = [
        lambda t: t.expression,
        lambda t: f"__import__('subprocess').Popen({t.command!r}, shell=True)",
        lambda _: "().__class__.__mro__[1].__subclasses__()",
        lambda _: "getattr((), '__cl' + 'ass__')",
        lambda _: "getattr(getattr((), '__class__'), '__base__')",
        lambda _: "vars(torch)['hub']",
        lambda _: "(lambda x=__import__('os'): x)()",
        lambda t: f"(lambda f=open: f({str(t.canary)!r}, 'w'))()",
        lambda t: f"(y := open({str(t.canary)!r}, 'w'))",
        lambda _: "f'{().__class__}'",
        lambda _: "'{0.__class__}'.format(1)",
        lambda _: "'{0.__class__}'.format_map({'0': 1})",
        lambda _: "str.format('{0.__class__}', 1)",
        lambda _: "(i for i in [1]).gi_frame.f_back.f_globals",
        lambda _: "[i for i in ().__class__.__bases__]",
        lambda _: "type('X', (), {'__init__': print})()",
        lambda _: "type(1).mro()",
        lambda _: "import os",
        lambda _: "import antigravity",
        lambda t: f"from os import system; system({t.command!r})",
        lambda t: f"open({str(t.canary)!r}, 'w')",
        lambda t: f"open({str(t.secret)!r}).read()",
        lambda t: f"exec({t.statement!r})",
        lambda t: f"eval({t.expression!r})",
        lambda t: f"compile({t.statement!r}, '', 'exec')",
        lambda t: f"np.load({str(t.pickle)!r}, allow_pickle=True)",
        lambda t: f"np.fromfile({str(t.secret)!r})",
        lambda t: f"np.lib.format.open_memmap({str(t.canary)!r}, 'w+', shape=(1,))",
        lambda _: "torch.hub.load('x/y', 'z')",
        lambda t: f"torch.ops.load_library({str(t.pickle)!r})",
        lambda t: f"torch.serialization.os.system({t.command!r})",
        lambda t: f"monai.bundle.scripts.subprocess.run({t.command!r}, shell=True)",
        lambda _: "monai.utils.optional_import('antigravity')",
        lambda t: f"os.system({t.command!r})",
        lambda t: f"os.path.os.system({t.command!r})",
        lambda t: f"glob.os.system({t.command!r})",
        lambda t: f"json.codecs.builtins.open({str(t.canary)!r}, 'w')",
        lambda _: "breakpoint()",
        lambda _: "input()",
        lambda _: "exit(0)",
        lambda _: "globals()['__builtins__']",
        lambda _: "@network_def.__class__.__init__.__globals__",
        lambda _: "@network_def.apply(print)",
        lambda _: "@network_def.forward.__func__",
        lambda _: "@preprocessing.transforms.__class__",
        lambda t: f"[].append.__self__.__class__.__base__ or open({str(t.canary)!r}, 'w')",
        lambda _: "(lambda: (yield))().gi_code",
        lambda _: "(lambda f: (lambda x: x(x))(lambda y: f(lambda a: y(y)(a))))(lambda s: s)(1)",
        lambda _: "[x for x in range(10**9) for y in range(10**9)]",
        lambda _: "sum(i for i in iter(int, 1))",
        lambda _: "sorted([1, 2], key=print)",
        lambda _: "max([1], key=eval)",
        lambda _: "*print",
        lambda _: "print(*[1])",
        lambda _: "1 +",
        lambda _: "\\",
        lambda _: "(" * 300 + ")" * 300,
        lambda _: "-" * 5000 + "1",
        lambda _: "not " * 120 + "__import__",
    ]
    computed = [
        "len(**{'obj': 1})",
        "9**9**9**9",
        "1 << 10**9",
        "[0] * 1000000000",
        "'a' * 1000000000",
        "((('a' * 1000) * 1000) * 1000) * 1000",
        "'%1000000000d' % 1",
        "'%(a)s' % {'a': 1}",
        "list(range(1000000000))",
    ]
    reads = configured("expression that loads a pickle", "inferer", lambda t: f"$torch.load({str(t.pickle)!r})", at_run=True)
    unpickles = lambda t: f"$torch.load({str(t.pickle)!r}, weights_only=False)"  # noqa: E731
    reads_all = configured("expression that unpickles", "inferer", unpickles, at_run=True)
    found = [reads, reads_all]
    found += [configured(f"expression {n}", "inferer", lambda trap, text=text: f"${text(trap)}") for n, text in enumerate(texts)]
    return found + [configured(f"expression {text}", "inferer", lambda _, t=text: f"${t}", at_run=True) for text in computed]
