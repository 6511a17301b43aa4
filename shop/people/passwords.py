"""Which passwords an account may have, and how they are kept: by Argon2id, as a hash only (QUALITY A8)."""

from unicodedata import normalize

from flask_security.utils import hash_password

SHORTEST, LONGEST = 10, 128


class Hashed(str):
    """A password as the database keeps it."""

    __slots__ = ()


# Words that guessing programs try first, in German and English; what is only these and a few figures is weak.
_WORN = (
    "passwort",
    "password",
    "kennwort",
    "geheim",
    "willkommen",
    "welcome",
    "hallo",
    "sommer",
    "winter",
    "schule",
    "volkshochschule",
    "qwertz",
    "qwerty",
    "asdfgh",
    "ichliebedich",
    "iloveyou",
    "fussball",
    "football",
    "schatz",
    "admin",
    "letmein",
    "abc",
    "test",
)
_ROWS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertzuiop", "qwertyuiop")


def check_password(text: str, *about: str) -> str:
    """A password as typed, when it is good enough. `about` is what others know: names, addresses.

    Raises ValueError with the reason: "short", "long", "worn" (among the first that anybody would
    try) or "about" (it is hardly more than the user name or the address).
    """
    if len(text) > LONGEST:
        raise ValueError("long")
    if len(text) < SHORTEST:
        raise ValueError("short")
    plain = normalize("NFKD", text).casefold()
    if any(_is_mostly(plain, part) for known in about for part in _parts(known)):
        raise ValueError("about")
    if len(set(plain)) < 5 or any(plain in row * 2 for row in _ROWS):
        raise ValueError("worn")
    if any(_is_mostly(plain, word) for word in _WORN):
        raise ValueError("worn")
    return text


def hashed(password: str) -> Hashed:
    """A password as the database keeps it. It takes its time: best outside a writing transaction."""
    return Hashed(hash_password(normalize("NFKD", password)))  # as the library does when somebody logs in


def _parts(known: str) -> list[str]:
    """What somebody would try of a name or an address: the whole, and the part before the @."""
    whole = known.casefold().strip()
    return [part for part in {whole, whole.partition("@")[0]} if len(part) >= 3]


def _is_mostly(plain: str, word: str) -> bool:
    """Whether fewer than six characters are left when a word is taken out, as often as it stands there."""
    return word in plain and len(plain.replace(word, "")) < 6
