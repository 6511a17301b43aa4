"""What the library asks an application for: passwords, letters, codes and passkeys in our way."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from flask_security import MailUtil, MfRecoveryCodesUtil, PasswordUtil, Totp, WebauthnUtil
from passlib.exc import TokenError
from sqlalchemy import select, update
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shop.centre.facts import centre
from shop.db import changed, transaction
from shop.paper.qr import code_svg
from shop.people.models import User
from shop.people.passwords import check_password
from shop.web.account.keeping import put_letter
from shop.web.frame.fields import weakness

KINDS = {
    "security/email/reset_notice": "account_password_changed",
    "security/email/change_notice": "account_password_changed",
}


class Passwords(PasswordUtil):
    """Our rule for new passwords, in our words."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        plain = str(self.normalize(password))
        user = about.get("user")
        known = [user.username or "", user.email] if user else []
        try:
            check_password(plain, *known)
        except ValueError as reason:
            return [weakness(str(reason))], plain
        return None, plain


class Letters(MailUtil):
    """Letters go through the outbox; their tokens are made when they are written."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **about: Any
    ) -> None:
        put_letter(KINDS[template], about["user"])


class Totps(Totp):
    """Codes of an authenticator app: shown with the centre's name, each good for one use."""

    def fetch_setup_values(self, totp: str, user: Any) -> dict[str, Any]:
        source = self._totp.from_source(totp)
        name, issuer = user.username or user.email, centre().name.replace(":", " ")
        uri = source.to_uri(name, issuer=issuer)
        return {
            "key": source.pretty_key(),
            "b32key": source.base32_key,
            "username": name,
            "issuer": issuer,
            "uri": uri,
            "image": code_svg(uri),
        }

    def get_last_counter(self, user: Any) -> int | None:
        return user.totp_counter or None

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Use a code up, at once: of two requests with the same code one wins."""
        newer = (User.id == user.id) & (User.totp_counter < tmatch.counter)
        with transaction() as session:
            if not changed(session.execute(update(User).where(newer).values(totp_counter=tmatch.counter))):
                raise TokenError


class Codes(MfRecoveryCodesUtil):
    """Recovery codes, kept encrypted; each is used up by the check itself, so that none works twice."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        wanted = "".join(code.split()).lower()
        with transaction() as session:
            row = session.scalars(
                select(User)
                .where(User.id == user.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            ).one()
            kept = list(row.mf_recovery_codes or [])
            known = self._decrypt_codes(kept)
            if len(known) != len(kept) or wanted not in known:
                return False
            row.mf_recovery_codes = [each for each, plain in zip(kept, known, strict=True) if plain != wanted]
        return True

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        return True


class Passkeys(WebauthnUtil):
    """Passkeys that are found without a name and unlocked by their owner: two factors in one."""

    def origin(self) -> str:
        return f"{urlsplit(str(current_app.config['BASE_URL'])).scheme}://{request.host}"

    def registration_options(self, user: Any, usage: str, existing_options: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = super().registration_options(user, usage, existing_options)
        name = user.username or user.email
        return {
            **options,
            "rp_name": centre().name,
            "user_name": name,
            "user_display_name": user.name or name,
        }

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED
