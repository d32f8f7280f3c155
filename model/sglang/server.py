"""`python -m model.sglang.server …`: SGLang's own server, with our model in its registries. The flags are SGLang's.

Its processes are spawned and import this module before anything of SGLang, so what they need stands here.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

import os
import signal
import sys
import threading

from model.sglang import stand_ins
from model.sglang.process import END_WITH_STDIN

stand_ins.install()
os.environ.setdefault("SGLANG_EXTERNAL_MODEL_PACKAGE", "model.sglang.served")
os.environ.setdefault("SGLANG_EXTERNAL_MM_PROCESSOR_PACKAGE", "model.sglang.served")
os.environ.setdefault("SGLANG_EXTERNAL_MM_MODEL_ARCH", "AlongsideForInteraction")

from model.sglang.served import plugin  # noqa: E402  what is above comes first

plugin.register()


def main(flags: list[str]) -> None:
    """Until it is told to end."""
    if os.environ.get(END_WITH_STDIN):
        threading.Thread(target=_end_with_stdin, name="end with stdin", daemon=True).start()
    from sglang.launch_server import run_server
    from sglang.srt.server_args import prepare_server_args

    run_server(prepare_server_args(flags))


def _end_with_stdin() -> None:
    """Its owner is gone: nobody is left to answer, and its children would not notice."""
    sys.stdin.buffer.read()
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
