"""What a server reported, raised as the exception that it had."""

from __future__ import annotations

from typing import NoReturn

from model import wire
from model.types import CapacityError, InputError, SessionLostError, SessionMovedError


def raise_answer(answer: wire.Message) -> NoReturn:
    """Raises CapacityError, InputError, SessionMovedError, or SessionLostError, also for what is no answer."""
    match answer:
        case wire.Refused(reason, retry_after_s):
            raise CapacityError(reason, retry_after_s)
        case wire.Failed("input", message):
            raise InputError(message)
        case wire.Moved(record):
            raise SessionMovedError("the engine server shuts down", record.tobytes())
        case wire.Failed(_, message):
            raise SessionLostError(message)
        case _:
            raise SessionLostError(f"unexpected answer {type(answer).__name__}")
