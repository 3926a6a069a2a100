"""A bundle's configuration read without running it: parsed, repaired, its parts and ``$`` expressions built one by one."""

from .graph import ConfigGraph, read_config

__all__ = ["ConfigGraph", "read_config"]
