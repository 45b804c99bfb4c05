"""What a component is made of: the class that componentize-py wants, by the
one class of `app.py` that is a `hookmill.Transform`.

It alone knows the generated modules, which exist in a component only; nothing
imports it on the host.
"""

import io
import json
import sys

import app
import hookmill
import wit_world
from componentize_py_types import Err
from wit_world.imports import log, types


class WitWorld(wit_world.WitWorld):
    def handler(self, webhook: types.Webhook, context: types.Context) -> types.Webhook:
        given = hookmill.Webhook(
            event_type=webhook.event_type,
            url=webhook.url,
            payload=bytes(webhook.payload),
            method=webhook.method.name,
            cancel=webhook.cancel,
        )
        for header in webhook.headers:
            given.headers[header.name] = header.value
        known = hookmill.Context(
            event_id=context.event_id,
            delivery_id=context.delivery_id,
            received_at_ms=context.received_at_ms,
            env={variable.name: variable.value for variable in context.env},
            params=json.loads(context.params),
        )
        # What is printed while the component is built is its builder's.
        sys.stdout, sys.stderr = Printed("info"), Printed("error")
        try:
            transform().handler(given, known)
            return lowered(given)
        except hookmill.Retry as failure:
            raise Err(types.Failure_Retry(str(failure))) from None
        except hookmill.Reject as failure:
            raise Err(types.Failure_Reject(str(failure))) from None
        except Exception as error:
            words = f"{type(error).__name__}: {error}"
            hookmill.log(words + where(error), "error")
            raise Err(types.Failure_Reject(words)) from None
        finally:
            sys.stdout.close()
            sys.stderr.close()


def where(error: Exception) -> str:
    """The calls that led to an error. `traceback` would open the sources."""
    lines, call = [], error.__traceback__
    while call is not None:
        code = call.tb_frame.f_code
        file = code.co_filename.split("/", 2)[-1]
        lines.append(f"\n{file}, line {call.tb_lineno}, in {code.co_name}")
        call = call.tb_next
    # The first one is ours.
    return "".join(lines[1:])


def transform() -> hookmill.Transform:
    """The transform of `app.py`."""
    mine = [
        it
        for it in vars(app).values()
        if isinstance(it, type)
        and issubclass(it, hookmill.Transform)
        and it.__module__ == app.__name__
    ]
    if len(mine) != 1:
        raise TypeError(
            f"app.py has {len(mine)} classes made from hookmill.Transform, and needs one"
        )
    return mine[0]()


def lowered(webhook: hookmill.Webhook) -> types.Webhook:
    method = str(webhook.method).upper()
    if method not in types.Method.__members__:
        raise ValueError(f"the method {webhook.method!r} can't be sent")
    if not isinstance(webhook.payload, bytes):
        kind = type(webhook.payload).__name__
        raise TypeError(f"payload is {kind} and not bytes: use set_json or set_text")
    return types.Webhook(
        event_type=webhook.event_type,
        url=webhook.url,
        method=types.Method[method],
        headers=[types.Header(*one) for one in webhook.headers.items()],
        payload=webhook.payload,
        cancel=webhook.cancel,
    )


class Printed(io.TextIOBase):
    """Standard output and error, which a component has not: lines for the log."""

    def __init__(self, level: str) -> None:
        self.level = level
        self.line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self.line = (self.line + text).split("\n")
        for line in lines:
            hookmill.log(line, self.level)
        return len(text)

    def close(self) -> None:
        if self.line:
            self.write("\n")


def write(level: str, message: str) -> None:
    log.write(log.Level[level.upper()], message)


hookmill._write = write
# A wrong app.py is found when the component is built.
transform()
