"""What every test runs under."""

from __future__ import annotations

from hypothesis import settings

# A shared machine's pauses say nothing about the code; pytest-timeout bounds each test.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
