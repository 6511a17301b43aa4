"""Why an appointment cannot be added or moved: one enum, one exception."""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong; its value says so to staff, in English."""

    UNKNOWN = "there is no such appointment"
    CANCELLED = "it is cancelled already"
    BEGUN = "it has begun already"
    NUMBER = "the number may have letters, digits, dots and dashes, at most 20"
    TAKEN = "the number is taken"
    UNNAMED = "there is no title"
    ENDS_EARLY = "it ends before it begins"
    TOO_LONG = "it lasts longer than a day"
    SKIPPED = "the clocks skip this time"
    PAST = "it begins in the past"
    DEADLINE = "the last day to cancel is after it has begun"
    APPOINTMENT_CLASS = "there is no such appointment class"
    RESOURCE_CLASS = "there is no such resource class"
    SEATS = "the number of seats is negative"
    TAX = "there is no such tax code"
    WEEKS = "a series has 1 to 60 weeks"


class Refused(ValueError):
    """Nothing was written; `reason` says why, `detail` which value was refused."""

    def __init__(self, reason: Reason, detail: object = "") -> None:
        super().__init__(f"{reason}: {detail}" if str(detail) else str(reason))
        self.reason, self.detail = reason, str(detail)
