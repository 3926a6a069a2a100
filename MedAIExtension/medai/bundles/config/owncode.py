"""The code that a bundle brings: which files a target needs is told without importing; imported only after consent.

Python would run a compiled file (``__pycache__``, ``.pyc``, ``.so``) in place of the source that the user was shown, and would
leave one bundle's package ``scripts`` to the next. So the modules of a bundle are found here: only from their ``.py`` files,
never cached, and only for the bundle whose code is in use.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from ...errors import InputError, MedAIError, RefusedError
from .repairs.own_code import repaired_source

_LIBRARIES = """
    medai monai torch torchvision numpy np scipy nibabel skimage sklearn itk einops ignite pandas matplotlib PIL yaml tqdm
    safetensors onnx onnxruntime openvino slicer vtk qt ctk pip setuptools pkg_resources site sitecustomize usercustomize conftest
"""
RESERVED = frozenset(sys.stdlib_module_names) | set(_LIBRARIES.split()) | set(sys.builtin_module_names)
_DYNAMIC = {"importlib", "__import__", "exec", "eval", "compile", "runpy", "imp", "execfile", "pkgutil", "zipimport"}
_LARGEST_FILE = 1_000_000
_MOST_FILES = 2_000
_current: OwnCode | None = None


class OwnCode:
    """The Python files of one bundle.

    Args:
        root: the bundle's folder.
        allowed: the SHA-256 of the files that the user has allowed, by their places; only these are run, and only as they were
            then. None where no code is run.
    """

    def __init__(self, root: Path, allowed: Mapping[str, str] | None = None) -> None:
        self.root = Path(root).resolve()
        self._modules: dict[str, ModuleType] = {}
        self._shown: set[Path] = set()
        self._allowed = None if allowed is None else dict(allowed)
        self._finder = _Finder(self)

    def has(self, dotted: str) -> bool:
        """Whether a name such as "scripts.networks.Net" leads to a module file of the bundle; nothing is imported."""
        return bool(self._split(dotted))

    def files(self, dotted: str) -> list[Path]:
        """The module file behind a name, and all files of the bundle that it imports, also through others; [] if there is none.

        Where a file computes what it imports, or cannot be parsed, all Python files of the bundle are given.
        """
        module = self._split(dotted)
        if not module:
            return []
        found: dict[Path, None] = {}
        waiting = self._chain(module)
        while waiting:
            path = waiting.pop(0)
            if path in found:
                continue
            found[path] = None
            imported = self._imports(path)
            if imported is None:
                return [*found, *(other for other in self._all_files() if other not in found)]
            waiting += imported
        return list(found)

    def load(self, dotted: str) -> Any:
        """Import the module behind a name and give what it names there. Call it only after consent.

        Raises:
            InputError: if there is no such module or name, or importing it fails; the sentence says why.
            TrustError: if a file is not the one that was allowed.
            RefusedError: if the name leads to something that is not the bundle's own.
        """
        module_name = self._split(dotted)
        if not module_name:
            raise InputError(f"The bundle has no code for {dotted!r}; get the bundle again.")
        self._shown.update(self.files(dotted))
        self.activate()
        try:
            value: Any = importlib.import_module(module_name)
        except MedAIError:
            raise
        except ModuleNotFoundError as problem:
            raise InputError(f"The bundle's own code needs the Python package {problem.name!r}; install it first.") from problem
        except Exception as problem:
            reason = f"{type(problem).__name__}: {problem}".partition("\n")[0]
            raise InputError(f"The bundle's own code ({module_name}) cannot be loaded ({reason}); ask its authors.") from problem
        for part in dotted.split(".")[module_name.count(".") + 1 :]:
            if part.startswith("_") or part not in vars(value):
                raise InputError(f"The bundle's own code has no {dotted!r}; get the bundle again.")
            value = vars(value)[part]
        if not self._is_own(value):
            raise RefusedError(f"The bundle's {dotted!r} is not code of its own, and not among the parts that MedAI allows.")
        return value

    def activate(self) -> None:
        """Make this bundle's modules the ones that imports find, also imports that its functions make while they run."""
        global _current  # noqa: PLW0603
        if _current is self and self._finder in sys.meta_path:
            return
        if _current is not None:
            _current._deactivate()
        for name in [name for name in sys.modules if self.owns(name) and not self._is_ours(sys.modules[name])]:
            del sys.modules[name]
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self._finder)
        _current = self

    def _deactivate(self) -> None:
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        self._modules = {name: module for name, module in sys.modules.items() if self._is_ours(module)}
        for name in self._modules:
            del sys.modules[name]

    def _is_ours(self, module: Any) -> bool:
        spec = getattr(module, "__spec__", None)
        return getattr(spec, "loader_state", None) == str(self.root)

    def check(self, path: Path, source: bytes) -> None:
        """Whether a file that is about to run is what the user has allowed.

        Raises:
            RefusedError: if not: it was changed, or added, since.
        """
        place = Path(path).resolve().relative_to(self.root).as_posix()
        if self._allowed is not None and self._allowed.get(place) != hashlib.sha256(source).hexdigest():
            raise RefusedError(f"The bundle's {place} is not what was allowed; look at the bundle again with medai audit.")

    def owns(self, module_name: str) -> bool:
        """Whether a module of this name is one of the bundle's files or folders."""
        return bool(self._place(module_name))

    def place_of(self, module_name: str) -> Path | None:
        """The file or, for a package without ``__init__.py``, the folder of a module; only of files that ``files`` has shown."""
        place = self._place(module_name)
        shown = place is not None and (place in self._shown or any(place in path.parents for path in self._shown))
        return place if shown else None

    def is_inside(self, module_name: str) -> bool:
        """Whether a module's package is one of the bundle's that is loaded."""
        return self._is_ours(sys.modules.get(module_name.rpartition(".")[0]))

    def _is_own(self, value: Any) -> bool:
        module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        return isinstance(module, str) and self.owns(module)

    def _split(self, dotted: str) -> str:
        """The longest beginning of a name that is a module's file; "" where there is none."""
        if not isinstance(dotted, str):
            return ""
        parts = dotted.split(".")
        if not 1 <= len(parts) <= 20 or not all(part.isidentifier() for part in parts):
            return ""
        for end in range(len(parts), 0, -1):
            place = self._place(".".join(parts[:end]))
            if place is not None and place.is_file():
                return ".".join(parts[:end])
        return ""

    def _place(self, module_name: str) -> Path | None:
        parts = module_name.split(".")
        if parts[0] in RESERVED or not all(part.isidentifier() for part in parts):
            return None
        path = self.root.joinpath(*parts)
        for place in (path / "__init__.py", path.with_suffix(".py"), path):
            if place.exists() and (place.is_file() or place is path):
                return place if place.resolve().is_relative_to(self.root) else None
        return None

    def _chain(self, module_name: str) -> list[Path]:
        """The files that importing a module runs: its packages' and its own."""
        parts = module_name.split(".")
        places = [self._place(".".join(parts[: end + 1])) for end in range(len(parts))]
        return [place for place in places if place is not None and place.is_file()]

    def _imports(self, path: Path) -> list[Path] | None:
        """The bundle's files that a file imports; None where that cannot be told."""
        try:
            if path.stat().st_size > _LARGEST_FILE:
                return None
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        here = self._name_of(path)
        package = here if path.name == "__init__.py" else here.rpartition(".")[0]
        found: list[Path] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in _DYNAMIC:
                return None
            for name in _imported(node, package):
                if name.split(".")[0] in _DYNAMIC:
                    return None
                # A script that puts its own folder on the path imports its neighbors without their package.
                for candidate in (name, f"{package}.{name}" if package else name):
                    module = self._split(candidate)
                    found += self._chain(module) if module else []
        return found

    def _name_of(self, path: Path) -> str:
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _all_files(self) -> list[Path]:
        paths = sorted(p for p in self.root.rglob("*.py") if p.is_file() and p.resolve().is_relative_to(self.root))
        return paths[:_MOST_FILES]


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    """The full names that an import statement may load."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parts = package.split(".") if package else []
        above = parts[: len(parts) - (node.level - 1)] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        if base:
            yield base
        yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names if alias.name != "*")


class _Source(importlib.machinery.SourceFileLoader):
    """Loads what is written in the ``.py`` file, never a compiled copy, and writes none."""

    def __init__(self, name: str, path: str, code: OwnCode) -> None:
        super().__init__(name, path)
        self._own = code

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        self._own.check(Path(path), source)
        return self.source_to_code(repaired_source(source), path)


class _Finder:
    """Finds the modules of one bundle."""

    def __init__(self, code: OwnCode) -> None:
        self._code = code

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: Any = None) -> Any:
        """As importlib asks: the module's specification, or None where the bundle has no such module."""
        place = self._code.place_of(name)
        if place is None:
            if self._code.is_inside(name):  # else Python would look through the package's folder, and find compiled files too
                raise ModuleNotFoundError(f"No module named {name!r} among the files of the bundle", name=name)
            return None
        if place.is_file():
            folders = [str(place.parent)] if place.name == "__init__.py" else None
            spec = importlib.util.spec_from_file_location(
                name, place, loader=_Source(name, str(place), self._code), submodule_search_locations=folders
            )
        else:
            spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [str(place)]
        if spec is not None:
            spec.loader_state = str(self._code.root)
        return spec
