"""Which ops are measured, each at the model's sizes beside its formula and the best that torch has. Needs Triton."""

from __future__ import annotations

from alongside_kernels.bench import expert_cases, layer_cases, sense_cases
from alongside_kernels.bench.case import Maker

# In the order in which they are measured: what matters most comes first.
MAKERS: dict[str, Maker] = {
    "matmul": layer_cases.matmul,
    "attention": layer_cases.attention,
    "moe": expert_cases.moe,
    "rms_norm": layer_cases.rms_norm,
    "dmel": sense_cases.dmel,
    "bag_embed": sense_cases.bag_embed,
    "flow_step": sense_cases.flow_step,
    "hmlp_patch": sense_cases.hmlp_patch,
    "log_softmax": layer_cases.log_softmax,
    "mean": layer_cases.mean,
}
