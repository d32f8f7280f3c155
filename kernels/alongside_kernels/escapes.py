"""Finds what gets past the invariant ops: operators whose bits may hang on the batch or on where an element lies.

    set_deterministic(True)
    with only_invariant():
        model.step_(chunk, state)  # EscapeError names the first operator that is neither replaced nor exact

An operator passes if it is replaced, or works on whole numbers, or stands in one of the tables below, which say why.
What is not known does not pass. For tests of a model, on a processor: it slows every operator down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from alongside_kernels.deterministic import is_deterministic, replaced
from alongside_kernels.errors import EscapeError
from alongside_kernels.matmul.fixed_blocks import ROWS
from alongside_kernels.whole_vectors import WHOLE

# Names without overload, and without the underscore of what works in place.
_MAKES_OR_MOVES = frozenset(
    "alias arange as_strided cat clone complex constant_pad_nd copy detach diagonal embedding empty empty_like "
    "empty_strided expand fill flip full full_like gather hann_window index index_put lift_fresh linspace masked_fill "
    "new_empty new_full new_zeros ones ones_like permute repeat replication_pad1d _reshape_alias scalar_tensor scatter "
    "select slice split split_with_sizes squeeze stack t transpose tril unbind unfold unsqueeze _unsafe_view view "
    "view_as_complex view_as_real where zero zeros zeros_like".split()
)
_ROUNDS_ONCE = frozenset("_to_copy abs ceil clamp clamp_min div floor neg reciprocal remainder round sign sqrt".split())
_ONLY_CHOOSES = frozenset(
    "all amax amin any argmax argmin eq ge gt isfinite isinf isnan le lt max maximum min minimum ne sort topk".split()
)
# Each number by itself, one after the other, in an order that its own place decides.
_ONE_BY_ONE = frozenset("_local_scalar_dense avg_pool2d col2im polar".split())
_DRAWS = frozenset("multinomial normal randn".split())  # from the generator of one conversation, in its own shape

_EXACT = _MAKES_OR_MOVES | _ROUNDS_ONCE | _ONLY_CHOOSES | _ONE_BY_ONE | _DRAWS
_COMPLEX_WHOLE = 16  # complex numbers: a multiple of what any processor takes at once


def only_invariant() -> TorchDispatchMode:
    """A context in which an operator that escapes raises EscapeError; so does entering it while the ops are off."""
    if not is_deterministic():
        raise EscapeError("every operator escapes: call set_deterministic(True) first")
    return _OnlyInvariant()


class _OnlyInvariant(TorchDispatchMode):
    def __torch_dispatch__(
        self,
        func: Any,  # torch.ops.OpOverload, whose methods have no types
        types: object,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        given = kwargs or {}
        if func._can_decompose():  # in inference mode a composite comes here whole
            with self:
                out = func.decompose(*args, **given)
            if out is not NotImplemented:
                return out
        if not _passes(func.name(), args, given):
            raise EscapeError(f"{func.name()}: neither replaced by an invariant op nor known to be exact; use an op")
        return func(*args, **given)


def _passes(operator: str, args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    tensors = [part for part in (*args, *kwargs.values()) if isinstance(part, Tensor)]
    if operator in replaced() or (tensors and not any(_is_fractional(tensor) for tensor in tensors)):
        return True
    name = operator.removeprefix("aten::").partition(".")[0].rstrip("_")
    if name in _ON_CONDITION:
        return _ON_CONDITION[name](tensors, args, kwargs)
    return name in _EXACT


def _is_fractional(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def _adds_plainly(tensors: list[Tensor], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    """Times another number than one, vectors would round product and sum together."""
    return kwargs.get("alpha", 1) == 1


def _is_square(tensors: list[Tensor], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    return args[1] == 2


def _multiplies_plainly(tensors: list[Tensor], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    """Real numbers round once; complex ones are several operations, which vectors may join in other ways."""
    size = max(tensor.numel() for tensor in tensors)
    return size % _COMPLEX_WHOLE == 0 or not any(tensor.is_complex() for tensor in tensors)


def _is_fixed_block(tensors: list[Tensor], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    """The one shape in which the processor's own product is asked for."""
    return tensors[0].shape[0] == ROWS


def _is_whole(tensors: list[Tensor], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    return tensors[0].numel() % WHOLE == 0


_Condition = Callable[[list[Tensor], tuple[object, ...], dict[str, object]], bool]
_ON_CONDITION: dict[str, _Condition] = {
    "add": _adds_plainly,
    "sub": _adds_plainly,
    "rsub": _adds_plainly,
    "pow": _is_square,
    "mul": _multiplies_plainly,
    "mm": _is_fixed_block,
    "log_sigmoid_forward": _is_whole,
}
