"""The curves of a run, drawn from its metrics.jsonl."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from matplotlib.figure import Figure

DRAWN = ("phones", "words", "heard_right", "quiet_right")
WINDOW = 50  # steps of a mean


def draw_curves(folder: Path) -> Path:
    """Write curves.png: each number over the steps that have it, as means of WINDOW steps."""
    curves: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        numbers = json.loads(line)
        is_call = "words" in numbers
        for name in DRAWN:
            if name in numbers:
                label = name if name != "phones" else "phones in calls" if is_call else "phones in sound"
                curves[label].append((numbers["step"], numbers[name]))
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    for label, points in curves.items():
        means = [points[at : at + WINDOW] for at in range(0, len(points), WINDOW)]
        steps = [sum(step for step, _ in some) / len(some) for some in means]
        axes.plot(steps, [sum(value for _, value in some) / len(some) for some in means], label=label)
    axes.set_xlabel("step")
    axes.set_ylabel("nats, or share right")
    axes.set_ylim(0, 3.2)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(folder / "curves.png", dpi=110)
    return folder / "curves.png"
