"""Log lines: one line each on stderr, without codes, links, keys or control characters (QUALITY A7, I16)."""

import logging
import re
from collections.abc import Callable
from typing import TextIO, cast

from flask.logging import wsgi_errors_stream

from shop.core import codes

MASK = "***"

_GROUP = r"[0-9A-Za-z]{4}"
_DASHED = re.compile(rf"(?<![0-9A-Za-z-]){_GROUP}(?:[-\u2010-\u2014]{_GROUP}){{3}}(?![0-9A-Za-z-])")
_LOOSE = re.compile(rf"(?<![0-9A-Za-z])(?:{_GROUP}(?:[\s+_.-]|%20)?){{3}}{_GROUP}(?![0-9A-Za-z])")
_COURSE = re.compile(r"(?<![0-9A-Za-z])[Kk][0-9A-Za-z]{25}(?![0-9A-Za-z])")  # number and code run together
_LINK = re.compile(
    r"(/(?:bestellung|warteliste|zuruecknehmen|konto/(?:einladung|bestaetigen|passwort-vergessen|passkeys|zweiter-faktor|\w+/passkey))/)"
    r"[^/\s\"'?#]+"
)
_KEYS = re.compile(r"\b(?:(?:sk|rk)_(?:live|test)|whsec|\w*_secret)_[0-9A-Za-z+/=]+")
_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+(?=@)")
# Line breaks and terminal commands would let a stranger's text pose as a log line of ours.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _code_or_not(found: re.Match[str]) -> str:
    """Mask sixteen symbols that carry a right check symbol; leave four innocent words alone."""
    try:
        codes.read_code(re.sub(r"[\s+_.-]|%20", "", found[0]))
    except codes.Malformed:
        return found[0]
    return MASK


_MASKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_DASHED, MASK),
    (_LOOSE, _code_or_not),
    (_COURSE, MASK),
    (_LINK, rf"\1{MASK}"),
    (_KEYS, MASK),
    (_PASSWORD, rf"\1:{MASK}"),
)


def masked(text: str) -> str:
    """A text in which voucher codes, links to orders, and keys are replaced by `***`."""
    for pattern, by in _MASKS:
        text = pattern.sub(by, text)
    return text


def one_line(text: str) -> str:
    """A text with every line break and control character written out, `\\x0a`, so that it is one line."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


class Line(logging.Formatter):
    """One masked line for each record; the lines of a traceback are set in, so none can pose as a record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        lines = [one_line(masked(self.formatMessage(record)))]
        if record.exc_info:
            details = self.formatException(record.exc_info)
            lines += [f"    | {one_line(masked(line))}" for line in details.split("\n")]
        return "\n".join(lines)


def configure() -> None:
    """Send the log of this process to stderr, once, in masked lines."""
    logging.getLogger("shop").setLevel(logging.INFO)
    root = logging.getLogger()
    if any(isinstance(handler.formatter, Line) for handler in root.handlers):
        return
    handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
    handler.setFormatter(Line())
    root.addHandler(handler)


GUNICORN = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": Line}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
    },
}
