"""A mail is a value: who gets it, what it says, what is attached. Sending is elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import render_template

from shop.logs import masked, one_line


@dataclass(frozen=True)
class Attachment:
    """A file beside a letter. `data` may be a function that makes the bytes.

    It is called after the letter was written and no transaction is open any more: a PDF takes its
    time, and on SQLite even a reader keeps buyers waiting meanwhile.
    """

    name: str
    media_type: str
    data: bytes | Callable[[], bytes]

    def made(self) -> "Attachment":
        """This attachment with its bytes. Raises what its maker raises (for example PaperJam)."""
        return self if isinstance(self.data, bytes) else Attachment(self.name, self.media_type, self.data())


@dataclass(frozen=True)
class Letter:
    """A mail to one person. Raises ValueError for a subject that is no plain line or shows a code (S6)."""

    to: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    sender_name: str = ""

    def __post_init__(self) -> None:
        if not self.subject.strip() or one_line(self.subject) != self.subject:
            raise ValueError("a subject is one line of text")
        if masked(self.subject) != self.subject:
            raise ValueError("a subject never shows a code or a link")


def from_templates(
    name: str,
    *,
    to: str,
    subject: str,
    facts: Mapping[str, object],
    attachments: tuple[Attachment, ...] = (),
    reply_to: str = "",
) -> Letter:
    """A letter from the templates `<name>.txt` and `<name>.html`, which know its `subject` beside the facts."""
    known = {**facts, "subject": subject}
    return Letter(
        to=to,
        subject=subject,
        text=render_template(f"{name}.txt", **known),
        html=render_template(f"{name}.html", **known),
        attachments=attachments,
        reply_to=reply_to or None,
    )
