"""The formula of a stage: fold, project, normalise, GELU.

Shapes: P patches, F video frames, H, W pixels, C channels, O channels after.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from alongside_kernels.hmlp_patch.stage import Stage
from alongside_kernels.rms_norm import reference as norm


def stage(x: Tensor, of: Stage) -> Tensor:
    """(P, F, H, W, C) to (P, F / frames, H / pixels, W / pixels, O); sums in float32."""
    folded = x.unflatten(3, (-1, of.pixels)).unflatten(2, (-1, of.pixels)).unflatten(1, (-1, of.frames))
    folded = folded.permute(0, 1, 3, 5, 2, 4, 6, 7).flatten(4)
    projected = (folded.float() @ of.weight.float().T).to(x.dtype)
    out = norm.rms_norm(projected, of.gain, of.epsilon)
    return functional.gelu(out) if of.has_gelu else out
