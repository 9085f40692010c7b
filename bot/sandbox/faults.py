"""Refusals and breakdowns on demand, so that a test can provoke each of them."""

from dataclasses import dataclass

from bot.sandbox.wire import ApiError, Json

DESCRIPTIONS = {
    400: "Bad Request: sandbox fault",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
WAYS = ("timeout", "drop", "lost", "delay")


@dataclass(slots=True)
class Fault:
    """One breakdown waiting to happen.

    `error` is a status code to answer with, or: `timeout` (no answer for `seconds`, nothing
    done), `drop` (connection closed, nothing done), `lost` (done, but the answer never
    arrives), `delay` (done after `seconds`).
    """

    method: str
    error: str
    times: int = 1
    retry_after: int | None = None
    seconds: float = 60.0
    description: str = ""
    chat_id: str = ""

    def refusal(self) -> ApiError | None:
        """Return the refusal this fault answers with, if it answers at all."""
        if self.error in WAYS:
            return None
        code = int(self.error)
        if code == 429:  # noqa: PLR2004 - the status of a flood wait
            wait = self.retry_after or 1
            return ApiError(429, f"Too Many Requests: retry after {wait}", wait)
        return ApiError(code, self.description or DESCRIPTIONS.get(code, "Sandbox fault"))


def read_fault(body: Json) -> Fault:
    """Return the fault a control request describes; raises ValueError saying what is wrong."""
    error = str(body.get("error", ""))
    if error not in WAYS and not (error.isdecimal() and 400 <= int(error) <= 599):  # noqa: PLR2004
        raise ValueError(f"error is a status code from 400 to 599 or one of {', '.join(WAYS)}")
    retry_after = body.get("retry_after")
    return Fault(
        method=str(body.get("method", "*")),
        error=error,
        times=int(body.get("times", 1)),
        retry_after=None if retry_after is None else int(retry_after),
        seconds=float(body.get("seconds", 60.0)),
        description=str(body.get("description", "")),
        chat_id=str(body.get("chat_id", "")),
    )


class Faults:
    """The faults waiting, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` happen to the next calls it names."""
        self.waiting.append(fault)

    def take(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault that happens to this call, and use it up by one."""
        for fault in self.waiting:
            named = fault.method in {"*", ""} or fault.method.lower() == method.lower()
            if named and fault.chat_id in {"", chat_id}:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
