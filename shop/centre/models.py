"""What the centre says about itself, and its pages in every version ever shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Facts, Moment


class Fact(Base):
    """One thing staff may edit: name, address, bank account, colours, policies."""

    __tablename__ = "centre_facts"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(Facts)


class Page(Base):
    """One version of one page in one language; the highest version is shown, none is changed.

    The body is Markdown. Terms and withdrawal notice are pages too: an order keeps the versions
    that it was placed under (DOMAIN P1).
    """

    __tablename__ = "pages"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
