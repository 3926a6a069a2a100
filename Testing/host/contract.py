"""The public names of each class in the headers of CTK and Slicer (5.13), beside Qt's ``base``: more no stand-in may offer."""

import json
from pathlib import Path
from types import SimpleNamespace

_TABLES = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
CONTRACTS = {name: SimpleNamespace(**table) for name, table in _TABLES.items()}
