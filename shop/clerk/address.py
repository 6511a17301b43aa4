"""E-mail addresses on the command line: refused at once when no mail server could carry them."""

import click
from email_validator import EmailNotValidError, validate_email


class Address(click.ParamType[str]):
    """An address that every mail server can carry."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address as typed, tidied."""
        try:
            return validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError:
            self.fail(f"{value!r} is no e-mail address.", param, ctx)


ADDRESS = Address()
