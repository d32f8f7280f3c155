"""Triton kernels of the interaction model, each beside the formula it must equal. Imports without GPU or Triton."""

from __future__ import annotations

from alongside_kernels.deterministic import is_deterministic, set_deterministic

__all__ = ["is_deterministic", "set_deterministic"]
