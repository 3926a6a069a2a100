"""Which functions a pickled checkpoint names, told from its bytes: nothing is unpickled, and only its index is read."""

from __future__ import annotations

import io
import pickletools
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

_MOST_BYTES = 64_000_000
_MOST_OPERATIONS = 2_000_000
_STREAMS = 5  # a file of torch before 1.6 is five pickles, one after another, and then the numbers

_TENSORS = {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter", "_rebuild_parameter_with_state"}
_TENSORS |= {"_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_nested_tensor", "_rebuild_meta_tensor_no_storage"}
_TENSORS |= {"_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_wrapper_subclass"}
_TENSORS |= {"_rebuild_sparse_csr_tensor"}
_PLAIN = {"set", "frozenset", "bytearray", "complex", "bytes", "list", "dict", "tuple", "int", "float", "str", "bool", "slice"}
_ARRAYS = {"dtype", "ndarray", "core.multiarray._reconstruct", "core.multiarray.scalar"}
_ARRAYS |= {"_core.multiarray._reconstruct", "_core.multiarray.scalar"}
COMPUTED = "a function whose name it computes"
TOO_LARGE = "an index larger than any known one"


@lru_cache(maxsize=64)
def forbidden_global(path: Path, _sha256: str) -> str | None:
    """The first function or class that a checkpoint names and that no weights need; None where there is none.

    A file that is no pickle gives None too: reading it tells that it is damaged.

    Args:
        path: the checkpoint.
        _sha256: of its contents, so that a changed file is looked at again.
    """
    try:
        for name in _globals(path):
            if not _is_plain(name):
                return name
    except (ValueError, OSError, EOFError, LookupError, RuntimeError, zipfile.BadZipFile, tarfile.TarError, zlib.error):
        pass  # broken off: what came before was looked at, and what reads it in earnest stops there too
    return None


def _globals(path: Path) -> Iterator[str]:
    left = _MOST_BYTES  # of all indexes together: a packed one may be a thousand times as large as the file
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith(".pkl"):
                    if member.file_size > left:
                        yield TOO_LARGE
                        return
                    with archive.open(member) as stream:
                        yield from _named(io.BytesIO(stream.read(left)), 1)
                    left -= member.file_size
        return
    with path.open("rb") as file:
        if _is_tar(file):
            with tarfile.open(fileobj=file) as archive:
                for entry in archive:
                    inside = archive.extractfile(entry) if entry.isfile() else None
                    if inside is not None and entry.name.rsplit("/", maxsplit=1)[-1] in ("pickle", "storages", "tensors"):
                        content = inside.read(left)
                        left -= len(content)
                        yield from _named(io.BytesIO(content), _STREAMS)
            return
        file.seek(0)
        yield from _named(io.BytesIO(file.read(_MOST_BYTES)), _STREAMS)


def _is_tar(file: IO[bytes]) -> bool:
    file.seek(257)
    found = file.read(5) == b"ustar"
    file.seek(0)
    return found


def _named(stream: io.BytesIO, streams: int) -> Iterator[str]:
    """The names that some pickles in a row would import."""
    for _ in range(streams):
        texts: list[str | None] = []  # what was pushed lately; None for what is no text
        memo: dict[int, str | None] = {}
        for count, (operation, argument, _place) in enumerate(pickletools.genops(stream)):
            if count > _MOST_OPERATIONS:
                yield COMPUTED
                return
            name = operation.name
            if name in ("GLOBAL", "INST"):
                yield str(argument).replace(" ", ".")
                texts.append(None)
            elif name == "STACK_GLOBAL":
                module, member = texts[-2:] if len(texts) > 1 else (None, None)
                yield f"{module}.{member}" if module and member else COMPUTED
                texts.append(None)
            elif name in ("EXT1", "EXT2", "EXT4"):
                yield COMPUTED
            elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
                memo[int(argument or 0)] = texts[-1] if texts else None
            elif name == "MEMOIZE":
                memo[len(memo)] = texts[-1] if texts else None
            elif name in ("GET", "BINGET", "LONG_BINGET"):
                texts.append(memo.get(int(argument or 0)))
            elif name not in ("PROTO", "FRAME"):
                texts.append(argument if isinstance(argument, str) else None)


def _is_plain(name: str) -> bool:
    module, _, member = name.rpartition(".")
    if module == "torch":
        return member.endswith("Storage") or (member[:1].islower() and member in _TORCH_WORDS) or member in ("Size", "Tensor")
    return (
        (module == "torch._utils" and member in _TENSORS)
        or (module == "torch._tensor" and member == "_rebuild_from_type_v2")
        or (module in ("torch.storage", "torch.cuda") and member.endswith("Storage"))
        or (module.startswith("torch.nn.parameter") and member in ("Parameter", "Buffer", "UninitializedParameter"))
        or (module == "torch.serialization" and member == "_get_layout")
        or (module == "collections" and member in ("OrderedDict", "Counter", "defaultdict"))
        or (module in ("builtins", "__builtin__") and member in _PLAIN)
        or (module == "_codecs" and member == "encode")
        or (name.startswith("numpy.") and (name[6:] in _ARRAYS or name.startswith("numpy.dtypes.")))
    )


_WORDS = """
    device dtype float double half bfloat16 float16 float32 float64 uint8 int8 int16 int32 int64 bool short int long
    complex32 complex64 complex128 cfloat cdouble chalf uint16 uint32 uint64 strided sparse_coo per_tensor_affine
    per_channel_affine quint8 qint8 qint32 contiguous_format channels_last channels_last_3d preserve_format
"""
_TORCH_WORDS = frozenset(_WORDS.split())
