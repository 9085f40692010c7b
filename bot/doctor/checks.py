"""What a check found, in words for whoever runs the bot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; where it is not `ok`, `said` ends with what to do."""

    name: str
    ok: bool
    said: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{'ok' if self.ok else 'PROBLEM':8}{self.name:10}{self.said}"


def fine(name: str, said: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(name, ok=True, said=said)


def problem(name: str, what: str, cure: str) -> Check:
    """Return a check that found something, and its cure."""
    return Check(name, ok=False, said=f"{what}: {cure}" if cure else what)
