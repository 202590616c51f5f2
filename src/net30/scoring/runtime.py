"""Runtime: what computes a trained model, and tells nobody about it."""

from __future__ import annotations

import os

# Since 1.29 it sends its maker what it loads and runs, unless this is set when it is imported.
os.environ |= {"ORT_DISABLE_TELEMETRY": "1"}

import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidGraph,
    InvalidProtobuf,
)

__all__ = ["Fail", "InvalidGraph", "InvalidProtobuf", "onnxruntime"]
