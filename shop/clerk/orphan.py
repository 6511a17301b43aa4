"""A child of `python app.py` does not outlive it, even when that was killed."""

import os
import signal
import threading
import time

SUPERVISED = "SHOP_SUPERVISED"  # the supervisor's process id, set for its children


def stop_with_parent() -> None:
    """Send SIGTERM to this process when its supervisor is gone; nothing when there is none."""
    parent = os.environ.get(SUPERVISED)
    if parent is None or (os.getppid() != int(parent) and os.getppid() != 1):
        return  # nobody supervises us, or our parent is itself a supervised child

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch the supervisor", daemon=True).start()
