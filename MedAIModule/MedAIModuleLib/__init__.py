"""What the module's classes are made of: the panel, the background runner, the worker, and what the panel remembers."""
