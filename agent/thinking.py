"""Holds an engine's session for one conversation: opens it, steps it, and opens another when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from agent.conversation import Conversation
from model.types import (
    CapacityError,
    Engine,
    InputError,
    Session,
    SessionLostError,
    SessionSettings,
)

logger = logging.getLogger(__name__)

FIRST_RETRY_S = 0.5
MAX_RETRY_S = 10.0
CLOSE_TIMEOUT_S = 2.0


async def think(
    conversation: Conversation, engine: Engine, settings: SessionSettings, on_lost: Callable[[], None]
) -> None:
    """Keep a session open and stepping until cancelled; `on_lost` counts each session that ends by itself."""
    retry_s = FIRST_RETRY_S
    greeting = settings.greeting
    while True:
        try:
            session = await engine.open(
                SessionSettings(
                    settings.conversation, settings.language, greeting, settings.instructions, settings.extra
                )
            )
        except CapacityError as error:
            logger.warning("%s: no session: %s", conversation.name, error)
            await asyncio.sleep(error.retry_after_s)
            continue
        except (SessionLostError, OSError, TimeoutError) as error:
            logger.warning("%s: engine is not reachable: %s", conversation.name, error)
            await asyncio.sleep(retry_s)
            retry_s = min(MAX_RETRY_S, 2 * retry_s)
            continue
        retry_s = FIRST_RETRY_S
        greeting = ""  # said once
        try:
            conversation.set_available(True)
            await _step_forever(conversation, session)
        except (SessionLostError, InputError, OSError, TimeoutError) as error:
            on_lost()
            logger.warning("%s: session lost: %s", conversation.name, error)
        finally:
            conversation.set_available(False)
            with contextlib.suppress(SessionLostError, OSError, TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await session.close()


async def _step_forever(conversation: Conversation, session: Session) -> None:
    while True:
        heard = await conversation.mailbox.take()
        epoch = conversation.voice.epoch
        started = time.monotonic()
        with conversation.work.make_way():
            out = await session.step(heard)
        conversation.take_output(out, epoch, (time.monotonic() - started) * 1000)
