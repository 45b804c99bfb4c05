"""Unit tests of the transform, on this machine: `python3 -m unittest`."""
