"""Names of new nodes."""

from typing import Any


def free_name(scene: Any, name: str) -> str:
    """The name if no node of the scene has it, else with the first free number behind it.

    MRML's own unique names count on where nodes have gone, so that after an undo "scan" comes back as "scan_2".
    """
    number, free = 0, name
    while scene.GetFirstNodeByName(free) is not None:
        number += 1
        free = f"{name}_{number}"
    return free
