"""What the library says, in the shop's words. Marked here for translation, said by the library."""


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


_TOO_LATE = _("Das hat zu lange gedauert. Bitte beginnen Sie noch einmal.")
_NO_PASSKEY = _("Das hat mit diesem Passkey nicht geklappt. Bitte versuchen Sie es noch einmal.")
_STRANGE = _("Das ging schief. Bitte versuchen Sie es noch einmal.")
_STALE_LINK = _("Dieser Link gilt nicht mehr. Bitte fordern Sie einen neuen an.")

MESSAGES = {
    "API_ERROR": (_STRANGE, "error"),
    "REAUTHENTICATION_REQUIRED": (_("Bitte zeigen Sie noch einmal, dass Sie es sind."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_("Danke. Sie können jetzt weitermachen."), "success"),
    "EMAIL_CONFIRMED": (_("Ihre E-Mail-Adresse ist bestätigt. Sie können sich jetzt anmelden."), "success"),
    "ALREADY_CONFIRMED": (_("Ihre E-Mail-Adresse ist schon bestätigt. Sie können sich anmelden."), "info"),
    "INVALID_CONFIRMATION_TOKEN": (_STALE_LINK, "error"),
    "CONFIRMATION_EXPIRED": (_STALE_LINK, "error"),
    "PASSWORD_RESET_EXPIRED": (_STALE_LINK, "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_STALE_LINK, "error"),
    "PASSWORD_RESET_NO_LOGIN": (_("Ihr neues Passwort gilt. Bitte melden Sie sich damit an."), "success"),
    "PASSWORD_CHANGE": (_("Ihr neues Passwort gilt. Alle anderen Sitzungen sind beendet."), "success"),
    "PASSWORD_NOT_PROVIDED": (_("Bitte geben Sie Ihr Passwort ein."), "error"),
    "INVALID_PASSWORD": (_("Dieses Passwort stimmt nicht."), "error"),
    "PASSWORD_IS_THE_SAME": (_("Das ist Ihr bisheriges Passwort. Bitte nehmen Sie ein anderes."), "error"),
    "DISABLED_ACCOUNT": (_("Dieses Konto ist gesperrt. Bitte melden Sie sich bei uns."), "error"),
    "INVALID_INPUT": (_("Bitte nehmen Sie Buchstaben und Ziffern."), "error"),
    "INVALID_INPUT_LENGTH": (_("Bitte nehmen Sie höchstens 64 Zeichen."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (_("Dieser Code stimmt nicht oder ist schon verbraucht."), "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_("Sie sind angemeldet."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        _("Beim Anmelden fragen wir ab jetzt nach dem Code der App."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (_TOO_LATE, "error"),
    "TWO_FACTOR_DISABLED": (_("Beim Anmelden genügt wieder das Passwort."), "success"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_STRANGE, "error"),
    "TWO_FACTOR_SETUP_EXPIRED": (_TOO_LATE, "error"),
    "INVALID_RECOVERY_CODE": (_("Dieser Ersatzcode stimmt nicht oder ist schon verbraucht."), "error"),
    "NO_RECOVERY_CODES_SETUP": (_("Sie haben noch keine Ersatzcodes."), "info"),
    "INVALID_REDIRECT": (_STRANGE, "error"),
    "WEBAUTHN_EXPIRED": (_TOO_LATE, "error"),
    "WEBAUTHN_NAME_REQUIRED": (_("Bitte geben Sie dem Passkey einen Namen."), "error"),
    "WEBAUTHN_NAME_INUSE": (_("So heißt schon ein anderer Ihrer Passkeys."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_("Diesen Passkey gibt es nicht mehr."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_("Bitte nehmen Sie Buchstaben und Ziffern."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_("Der Passkey „%(name)s“ ist entfernt."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        _("Mit dem Passkey „%(name)s“ können Sie sich jetzt anmelden."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_("Dieser Passkey ist schon eingetragen."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (_NO_PASSKEY, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (_NO_PASSKEY, "error"),
    "WEBAUTHN_NO_VERIFY": (_NO_PASSKEY, "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (_NO_PASSKEY, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (_NO_PASSKEY, "error"),
}
