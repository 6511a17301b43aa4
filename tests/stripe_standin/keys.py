"""Idempotency keys, kept as Stripe keeps them: same key and same request, same answer."""

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.stripe_standin.errors import ApiError

Answer = tuple[int, dict[str, Any]]


@dataclass
class _Kept:
    request: str
    running: bool = False
    answer: Answer | None = None


@dataclass
class Keys:
    """All keys of an account; `forget` plays the 24 hours after which the real API forgets them."""

    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, key: str, request: str) -> Answer | None:
        """The kept answer, or None when the work must be done now.

        Raises ApiError when the key came with another request, or is being worked on.
        """
        if len(key) > 255:
            raise ApiError("Idempotency keys have at most 255 characters.", kind="idempotency_error")
        with self._lock:
            kept = self._kept.setdefault(key, _Kept(request))
            if kept.request != request:
                raise ApiError(
                    "Keys for idempotent requests can only be used with the same parameters "
                    "they were first used with.",
                    kind="idempotency_error",
                )
            if kept.answer is not None:
                return kept.answer
            if kept.running:
                raise ApiError(
                    "There is currently another in-progress request using this key.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            kept.running = True
            return None

    def leave(self, key: str, answer: Answer | None) -> None:
        """Keep an answer, or nothing when the request was refused before any work was done."""
        with self._lock:
            if answer is None:
                self._kept.pop(key, None)
            elif kept := self._kept.get(key):  # unless it was forgotten meanwhile
                kept.answer = answer

    def forget(self) -> None:
        """Forget every key."""
        with self._lock:
            self._kept.clear()
