"""Unit tests of the transform, on this machine: `python3 -m unittest`.

The samples under events/ and expected/ are for `hookmill test`, which runs the
sandbox.
"""
