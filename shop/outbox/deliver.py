"""Deliver what is due: lease, write and send outside any transaction, then mark."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage

from shop.db import db, transaction
from shop.failpoints import reach
from shop.logs import masked, one_line
from shop.outbox import lease, post
from shop.outbox.letter import Letter
from shop.outbox.models import Message

log = logging.getLogger(__name__)

LetterOf = Callable[[Message], Letter]

# What each failed try waits for the next one: three days in all, as mail servers do.
WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=30),
)
# A letter that cannot be made does not get better by waiting for days: staff look after an hour.
UNMADE_TRIES = 5


@dataclass(frozen=True)
class Delivered:
    """What became of the messages that were due; `failed` are the ones a person must look at."""

    sent: int = 0
    retried: int = 0
    failed: tuple[Message, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sent or self.retried or self.failed)


class _Lost(Exception):
    """The lease ended before the message was sent, and another worker has it."""


@dataclass(frozen=True)
class _Failure:
    error: str
    final: bool


def deliver_due(
    letters: Mapping[str, LetterOf],
    limit: int = 20,
    *,
    gave_up: Callable[[Message], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Deliver up to `limit` due messages, one after the other, until `stop` says so.

    `gave_up` is called in the transaction that marks a message as failed for good, so that the
    case for staff is opened with it or not at all (QUALITY F1).
    """
    done = Delivered()
    for _ in range(limit):
        message = lease.take() if not stop() and lease.anything_due() else None
        if message is None:
            break
        reach("outbox.after_lease")
        try:
            failure = _attempt(message, letters)
        except _Lost:
            log.warning("message %s was taken over by another worker", message.id)
            continue
        done = _mark(done, message, failure, gave_up)
        reach("outbox.after_mark")
    return done


def _attempt(message: Message, letters: Mapping[str, LetterOf]) -> _Failure | None:
    """Write and send one message; None when the post has taken it. Raises _Lost."""
    if message.tries > len(WAITS) + 1:
        return _Failure(message.last_error or "the worker was stopped in the middle of it every time", True)
    with lease.kept(message):
        try:
            mail = _written(message, letters)
        except post.Refused as error:
            return _failure(error, final=True)
        except Exception as error:
            log.exception("message %s (%s) cannot be written", message.id, message.kind)
            return _failure(error, final=message.tries >= UNMADE_TRIES)
        finally:
            db.session.rollback()
        if not lease.renew(message):
            raise _Lost
        reach("outbox.before_send")
        try:
            post.send(message.id, mail)
        except post.Refused as error:
            return _failure(error, final=True)
        except post.Unsent as error:
            return _failure(error, final=message.tries > len(WAITS))
    reach("outbox.after_send")
    return None


def _written(message: Message, letters: Mapping[str, LetterOf]) -> EmailMessage:
    """The mail with everything attached; reading ends before the first attachment is made (F11)."""
    letter = letters[message.kind](message)
    db.session.rollback()
    return post.written(message.id, letter)


def _failure(error: Exception, *, final: bool) -> _Failure:
    name = "" if isinstance(error, post.Refused | post.Unsent) else f"{type(error).__name__}: "
    return _Failure(one_line(masked(f"{name}{error}"))[:500], final)


def _mark(
    done: Delivered,
    message: Message,
    failure: _Failure | None,
    gave_up: Callable[[Message], None] | None,
) -> Delivered:
    """Write down, in one transaction, what became of one message."""
    with transaction():
        if failure is None:
            lease.finish(message)
            log.info("message %s (%s) sent", message.id, message.kind)
            return replace(done, sent=done.sent + 1)
        log.warning("message %s (%s), try %s: %s", message.id, message.kind, message.tries, failure.error)
        if not failure.final:
            lease.put_back(message, WAITS[message.tries - 1], failure.error)
            return replace(done, retried=done.retried + 1)
        if lease.give_up(message, failure.error) and gave_up is not None:
            gave_up(message)
        return replace(done, failed=(*done.failed, message))
