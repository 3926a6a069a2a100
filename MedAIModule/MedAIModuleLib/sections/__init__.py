"""The sections of the panel: each shows and changes one part of what a run is made of, or of what came of it."""
