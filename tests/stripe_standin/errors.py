"""Refusals in the shape that Stripe gives them."""

from typing import Any


class ApiError(Exception):
    """A refusal, with what the SDK needs to make its own exception of it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param

    def body(self) -> dict[str, Any]:
        """The JSON that the SDK turns into one of its exceptions."""
        told = {"message": self.message, "type": self.kind, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in told.items() if value is not None}}


def missing(param: str) -> ApiError:
    """A parameter that must be there is not."""
    return ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def invalid(param: str, why: str, code: str = "parameter_invalid") -> ApiError:
    """A parameter that is there and wrong."""
    return ApiError(f"Invalid {param}: {why}", code=code, param=param)


def unknown(param: str) -> ApiError:
    """A parameter that the API does not have."""
    return ApiError(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def no_such(what: str, thing_id: str) -> ApiError:
    """An id that this account does not have."""
    return ApiError(f"No such {what}: '{thing_id}'", status=404, code="resource_missing", param="id")
