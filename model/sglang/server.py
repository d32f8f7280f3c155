"""`python -m model.sglang.server …`: SGLang's own server, with our model in its registries. The flags are SGLang's.

Its processes are spawned and import this module before anything of SGLang, so what they need stands here.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

import os
import sys

from model.sglang import stand_ins

stand_ins.install()
os.environ.setdefault("SGLANG_EXTERNAL_MODEL_PACKAGE", "model.sglang.served")
os.environ.setdefault("SGLANG_EXTERNAL_MM_PROCESSOR_PACKAGE", "model.sglang.served")
os.environ.setdefault("SGLANG_EXTERNAL_MM_MODEL_ARCH", "AlongsideForInteraction")

from model.sglang.served import plugin  # noqa: E402  what is above comes first

plugin.register()


def main(flags: list[str]) -> None:
    """Until it is told to end."""
    from sglang.launch_server import run_server
    from sglang.srt.server_args import prepare_server_args

    run_server(prepare_server_args(flags))


if __name__ == "__main__":
    main(sys.argv[1:])
