"""Triton kernels of the interaction model, each beside the formula it must equal. Imports without GPU or Triton."""
