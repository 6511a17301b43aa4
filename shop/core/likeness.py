"""What a user name looks like: two names that people cannot tell apart have one likeness."""

import re

SHORTEST, LONGEST = 3, 32

_ALLOWED = re.compile(r"[0-9A-Za-z._-]+")
_SEPARATORS = str.maketrans("", "", "._-")
_TWINS = str.maketrans("01i|", "olll")


def likeness(name: str) -> str:
    """The form in which alike names are equal: that of `Erna.1` and of `erna-l` is `emal`."""
    bare = name.casefold().translate(_SEPARATORS).translate(_TWINS)
    return bare.replace("rn", "m").replace("vv", "w")


def check_username(text: str) -> str:
    """A user name as typed, without blanks around it.

    Raises ValueError with the reason: "short", "long", "characters" (others than ASCII letters,
    digits, `.`, `-`, `_`) or "start" (it begins or ends with neither letter nor digit).
    """
    name = text.strip()
    if len(name) > LONGEST:
        raise ValueError("long")
    if name and not _ALLOWED.fullmatch(name):
        raise ValueError("characters")
    if len(name) < SHORTEST:
        raise ValueError("short")
    if not (name[0].isalnum() and name[-1].isalnum()):
        raise ValueError("start")
    return name
