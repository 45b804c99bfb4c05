"""The transform's clock; a test sets `instant_ms` to what it should show."""

instant_ms = 1_768_480_496_789


def now_ms() -> int:
    """When the event was accepted, in milliseconds since the Unix epoch."""
    return instant_ms
