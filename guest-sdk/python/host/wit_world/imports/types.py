"""The values that cross the boundary; `wit/transform.wit` describes them."""

from dataclasses import dataclass
from enum import Enum
from typing import List, Union


class Method(Enum):
    POST = 0
    PUT = 1
    PATCH = 2
    DELETE = 3
    GET = 4


@dataclass
class Header:
    name: str
    value: str


@dataclass
class Webhook:
    event_type: str
    url: str
    method: Method
    headers: List[Header]
    payload: bytes
    cancel: bool


@dataclass
class Variable:
    name: str
    value: str


@dataclass
class Context:
    event_id: str
    delivery_id: str
    received_at_ms: int
    env: List[Variable]
    params: str


@dataclass
class Failure_Reject:
    value: str


@dataclass
class Failure_Retry:
    value: str


Failure = Union[Failure_Reject, Failure_Retry]
