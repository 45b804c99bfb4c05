"""Hookmill transforms in Python: a transform is one class with one method.

    import hookmill

    class Transform(hookmill.Transform):
        def handler(self, webhook: hookmill.Webhook, context: hookmill.Context):
            ...

It gets the webhook as the event source sent it and changes it into the request
that the destination wants. `raise hookmill.Reject("why")` parks the event,
`raise hookmill.Retry("why")` tries it again later; any other exception parks
it, with its traceback in the log.

There are no files, no network, no environment and no credentials here. This
module is the same in a component and on the host; `component.py` beside it is
what a component is made of.
"""

import json
import sys
import urllib.parse
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Optional

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain; charset=utf-8"
LEVELS = ("trace", "debug", "info", "warn", "error")


class Headers(dict):
    """Header fields by name; a name counts in any case."""

    def __setitem__(self, name: str, value: str) -> None:
        self.pop(name, None)
        super().__setitem__(name, value)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(self._known(name))

    def __delitem__(self, name: str) -> None:
        super().__delitem__(self._known(name))

    def __contains__(self, name: object) -> bool:
        return super().__contains__(self._known(name))

    def get(self, name: str, default: Optional[str] = None) -> Optional[str]:
        return super().get(self._known(name), default)

    def pop(self, name: str, *default: Any) -> Any:
        return super().pop(self._known(name), *default)

    def _known(self, name: object) -> object:
        wanted = str(name).lower()
        return next((known for known in self if known.lower() == wanted), name)


@dataclass
class Webhook:
    """The webhook; `handler` changes it in place."""

    #: Input: a change is ignored.
    event_type: str
    #: Starts as the endpoint's URL.
    url: str
    #: The body. It starts as the event's, a JSON object, and is sent byte for
    #: byte when it is left alone.
    payload: bytes
    #: POST, PUT, PATCH, DELETE or GET.
    method: str = "POST"
    headers: Headers = field(default_factory=Headers)
    #: True sends nothing.
    cancel: bool = False

    def json(self) -> Any:
        """The event. Whole numbers keep all their digits."""
        return json.loads(self.payload)

    def set_json(self, value: Any) -> None:
        """Makes a value the body. A content type that is not JSON is dropped."""
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        try:
            self.payload = text.encode()
        except UnicodeEncodeError:
            # Half a surrogate pair, which JSON can have and UTF-8 can't.
            self.payload = json.dumps(value, allow_nan=False).encode()
        if "json" not in self.headers.get("content-type", JSON).lower():
            del self.headers["content-type"]

    def set_form(self, fields: Any) -> None:
        """Makes a form the body: a mapping, or pairs of a name and a value."""
        self.set_body(FORM, urllib.parse.urlencode(fields).encode())

    def set_text(self, text: str) -> None:
        """Makes a plain text the body."""
        self.set_body(TEXT, text.encode())

    def set_body(self, content_type: str, body: bytes) -> None:
        """Makes any bytes the body; they are sent as they are."""
        self.headers["Content-Type"] = content_type
        self.payload = body


@dataclass
class Context:
    """What a transform may know besides the webhook."""

    #: The same for every endpoint.
    event_id: str = ""
    #: The same for every attempt.
    delivery_id: str = ""
    #: When the event was accepted, in milliseconds since the Unix epoch. This
    #: is the clock.
    received_at_ms: int = 0
    #: The endpoint's variables.
    env: dict = field(default_factory=dict)
    #: The parameters given when the event was created.
    params: dict = field(default_factory=dict)


class Failure(Exception):
    """Why there is no request."""


class Reject(Failure):
    """The event can't be transformed: it is parked until someone replays it."""


class Retry(Failure):
    """Not now: the event is tried again by the endpoint's schedule."""


class Transform(ABC):
    """A transform; `app.py` has one class that is made from this one."""

    @abstractmethod
    def handler(self, webhook: Webhook, context: Context) -> None:
        """Changes the webhook into the request to send."""


def log(message: object, level: str = "info") -> None:
    """Adds a message to the attempt's log; on the host, to standard error."""
    if level not in LEVELS:
        raise ValueError(f"there is no level {level!r}: it is one of {LEVELS}")
    _write(level, str(message))


def _write(level: str, message: str) -> None:
    # A component puts another function in this place.
    print(f"{level}: {message}", file=sys.stderr)
