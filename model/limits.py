"""What strangers may take of the engine server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one engine server; a client that breaks one loses its own connection, nothing else."""

    max_sessions: int = 8
    max_requests: int = 8  # of recogniser, voice and translator together
    max_connections: int = 64  # also those that have not asked for anything yet
    open_s: float = 10.0  # from connecting to the first message
    idle_s: float = 60.0  # without a message; a live conversation steps every 200 ms
    long_s: float = 4 * 3600.0  # of one session; then its client begins another from its record, or it is ended
    step_s: float = 30.0
    send_s: float = 10.0
    resume_s: float = 10.0  # that a session waits for its client whose connection broke
    close_s: float = 2.0
    drain_s: float = 10.0  # to hand over the sessions that run
    move_s: float = 5.0  # of these, in which a client may make another server ready; then its next step ends it here
    max_pings: int = 1000  # between two steps
    max_sound_s: int = 600  # of one utterance
    max_piece_s: int = 10
    max_spoken_chars: int = 100_000  # of one utterance
    retry_after_s: float = 5.0
