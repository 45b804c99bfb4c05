"""The attempt's log; in tests it goes to standard error."""

import sys
from enum import Enum


class Level(Enum):
    TRACE = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4


def write(level: Level, message: str) -> None:
    """Adds a message to the log."""
    print(f"{level.name.lower()}: {message}", file=sys.stderr)
