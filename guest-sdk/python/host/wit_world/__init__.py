"""The world of `wit/transform.wit`, as componentize-py makes it for a component.

For tests on the host: there, the interfaces that the host offers are the plain
functions beside this. The project's tests hold the names against those that
componentize-py makes.
"""

from abc import abstractmethod
from typing import Protocol

from .imports import types


class WitWorld(Protocol):
    @abstractmethod
    def handler(self, webhook: types.Webhook, context: types.Context) -> types.Webhook:
        """Turns a webhook into the request to send."""
        raise NotImplementedError
