"""Code that a bundle brings, hidden as well as it can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..bundles import make_bundle
from ..traps import Trap
from .attack import ASKED, IGNORED, Attack, run


def own_code() -> list[Attack]:
    """Code that the bundle brings, hidden as well as it can be."""

    def brings(place: str, target: str, part: str = "network_def") -> Callable[[Path, Trap], Path]:
        def make(folder: Path, trap: Trap) -> Path:
            make_bundle(folder, changes={part: {"_target_": target}})
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_text(f"{trap.statement}\nclass Net: pass\n")
            return folder

        return make

    return [
        Attack("own code", brings("scripts/net.py", "scripts.net.Net"), ASKED),
        Attack("own code in a package's first file", brings("scripts/__init__.py", "scripts.Net"), ASKED),
        Attack("own code as inferer", brings("scripts/net.py", "scripts.net.Net", "inferer"), ASKED),
        Attack("own code that is called monai", brings("monai/__init__.py", "monai.Net")),
        Attack("own code that is called torch", brings("torch/nn.py", "torch.nn.Net")),
        Attack("own code that is called os", brings("os.py", "os.Net")),
        Attack("own code in place of an allowed part", brings("monai/networks/nets.py", "UNet", "handler"), IGNORED),
        Attack("own code that only compiled files hold", _compiled_only),
        Attack("own code and a command", _code_and_command),
        Attack("own code that is a link", _linked_code),
    ]


def _compiled_only(folder: Path, trap: Trap) -> Path:
    import py_compile

    make_bundle(folder, changes={"network_def": {"_target_": "scripts.net.Net"}})
    (folder / "scripts").mkdir()
    py_compile.compile(str(trap.script), str(folder / "scripts" / "net.pyc"))
    return folder


def _code_and_command(folder: Path, trap: Trap) -> Path:
    make_bundle(folder, changes={"network_def": {"_target_": "scripts.net.Net"}, "inferer": run(trap)})
    (folder / "scripts").mkdir()
    (folder / "scripts" / "net.py").write_text(trap.statement)
    return folder


def _linked_code(folder: Path, trap: Trap) -> Path:
    make_bundle(folder, changes={"network_def": {"_target_": "scripts.net.Net"}})
    (folder / "scripts").mkdir()
    (folder / "scripts" / "net.py").symlink_to(trap.script)
    return folder
