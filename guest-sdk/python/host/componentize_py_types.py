"""What componentize-py gives to every component: how a method fails.

For tests on the host; must have the names and the shape of the real one.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

E = TypeVar("E")


@dataclass(frozen=True)
class Err(Generic[E], Exception):
    """Raised by `handler` with a `Failure_Reject` or a `Failure_Retry`."""

    value: E
