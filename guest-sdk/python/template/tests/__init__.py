"""Unit tests of the transform, on this machine: `python3 -m unittest`.

The samples under events/ and expected/ are for `hookmill test`, which runs the
sandbox.
"""

import sys
from pathlib import Path

# The modules that only a component has.
sys.path.insert(0, str(Path(__file__).parent / "host"))
