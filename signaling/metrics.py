"""What the signaling server counts, and how Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

PREFIX = "alongside_signaling_"
ROOM_HELP = {
    "rooms": "rooms with somebody in them",
    "people": "people in rooms",
    "agents": "agents in rooms",
    "away": "participants whose socket is away and may resume",
    "workers": "registered workers",
    "waiting": "rooms with people that wait for an agent",
    "dispatches_total": "workers sent to rooms",
    "held_dropped_total": "messages dropped for participants who stayed away too long",
}


@dataclass(slots=True)
class Metrics:
    """Counters of one server."""

    messages_total: int = 0
    connections_total: int = 0
    slow_sockets_total: int = 0  # closed because they did not read
    dropped_messages_total: int = 0  # over the rate
    crashed_connections_total: int = 0  # our own fault
    guest_tokens_total: int = 0
    denied_total: Counter[str] = field(default_factory=Counter[str])  # requests, by reason
    errors_total: Counter[str] = field(default_factory=Counter[str])  # sent to clients, by code

    def render(self, num_sockets: int, rooms: Mapping[str, int]) -> str:
        """Prometheus text format 0.0.4."""
        lines: list[str] = []
        _add(lines, "sockets", "open sockets", {"": num_sockets})
        for name, value in rooms.items():
            _add(lines, name, ROOM_HELP[name], {"": value})
        _add(lines, "messages_total", "messages received", {"": self.messages_total})
        _add(lines, "connections_total", "sockets opened", {"": self.connections_total})
        _add(lines, "slow_sockets_total", "sockets closed for not reading", {"": self.slow_sockets_total})
        _add(lines, "dropped_messages_total", "messages over the rate", {"": self.dropped_messages_total})
        crashed = self.crashed_connections_total
        _add(lines, "crashed_connections_total", "sockets closed by a fault of ours", {"": crashed})
        _add(lines, "guest_tokens_total", "guest tokens given out", {"": self.guest_tokens_total})
        _add(lines, "denied_total", "requests denied", _labelled("reason", self.denied_total))
        _add(lines, "errors_total", "errors sent to clients", _labelled("code", self.errors_total))
        return "\n".join(lines) + "\n"


def _labelled(label: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f'{{{label}="{value}"}}': count for value, count in sorted(counts.items())}


def _add(lines: list[str], name: str, words: str, samples: Mapping[str, int]) -> None:
    kind = "counter" if name.endswith("_total") else "gauge"
    lines += [f"# HELP {PREFIX}{name} {words}", f"# TYPE {PREFIX}{name} {kind}"]
    lines += [f"{PREFIX}{name}{labels} {value}" for labels, value in samples.items()]
