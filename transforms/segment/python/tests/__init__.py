"""Unit tests of the transform, on this machine: `python3 -m unittest`."""

import sys
from pathlib import Path

# The modules that only a component has.
sys.path.insert(0, str(Path(__file__).parents[4] / "guest-sdk/python/host"))
