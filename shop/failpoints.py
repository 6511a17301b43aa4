"""Named points at which a rehearsal may kill the process; in a real shop they do nothing (QUALITY F1)."""

import os
import signal


def reach(name: str) -> None:
    """Pass a named point; die here by SIGKILL when the variable SHOP_FAILPOINT names it."""
    if os.environ.get("SHOP_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
