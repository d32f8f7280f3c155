"""What others published for tasks like ours, on sets that are not ours: to stand beside, not to be compared."""

from __future__ import annotations

from collections.abc import Mapping

ELSEWHERE: Mapping[str, str] = {
    "timespeak": "TML 64.7, GPT-realtime-2.0 4.3 (closed set)",
    "cuespeak": "TML 81.7, GPT-realtime-2.0 2.9 (closed set)",
    "duplex": "TML 77.8, Nova Sonic 77.5, Gemini-3.1-flash-live 54.3, GPT-realtime-2.0 46.8 (Full-Duplex-Bench v1.5)",
    "reps": "TML 35.4, GPT-realtime-2.0 1.3 (RepCount-A)",
    "proactive": "TML 33.5, silence 25.0 (ProactiveVideoQA)",
    "actions": "TML 32.4, GPT-realtime-2.0 0 (Charades)",
}
