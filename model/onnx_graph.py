"""An ONNX graph opened with one of its inner tensors as a further output. Knows nothing of what the graph does."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

from model.whisper_weights import BrokenWeights

FLOAT, INT64 = 1, 7  # ONNX's TensorProto.DataType


def session_with(path: Path, tensor: str, element: int, num_threads: int) -> onnxruntime.InferenceSession:
    """The graph with `tensor` as one more output, behind those it has.

    Protocol buffers of the same message may be appended to each other: the field `graph` is then merged, and its
    repeated field `output` grows. So one more output takes a few bytes and no ONNX library.
    """
    tensor_type = b"\x08" + bytes([element])  # TypeProto.Tensor.elem_type = 1
    value = _field(1, tensor.encode()) + _field(2, _field(1, tensor_type))  # ValueInfoProto.name, .type
    graph = _field(7, _field(12, value))  # ModelProto.graph, GraphProto.output
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = num_threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path.read_bytes() + graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own classes, all without a common root
        raise BrokenWeights(f"{path}: the graph has no {tensor}: {error}") from error


def _field(number: int, payload: bytes) -> bytes:
    """One length-delimited protocol-buffer field; payloads here stay under 128 bytes."""
    assert len(payload) < 128, len(payload)
    return bytes([number << 3 | 2, len(payload)]) + payload
