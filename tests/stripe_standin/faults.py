"""How the stand-in misbehaves when it is told to: it answers badly, late, or not at all (QUALITY F2)."""

import threading
from dataclasses import dataclass, field
from typing import Literal

How = Literal["500", "429", "hang", "drop"]
When = Literal["before", "during", "after"]


@dataclass
class Fault:
    """One fault for the next requests: before the work, while its key is taken, or when it is done."""

    how: How
    when: When = "before"
    seconds: float = 0.0
    times: int = 1


@dataclass
class Faults:
    """The faults that are still to come, in order."""

    _coming: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Let the next requests meet a fault."""
        with self._lock:
            self._coming.append(fault)

    def take(self) -> Fault | None:
        """The fault that this request meets, if any."""
        with self._lock:
            if not self._coming:
                return None
            fault = self._coming[0]
            fault.times -= 1
            if fault.times <= 0:
                self._coming.pop(0)
            return fault
