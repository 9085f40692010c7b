"""Right-to-left lines that keep numbers and Latin words in their order.

Without marks a client draws `5-10 mg` as `10-5 mg` in an Arabic line (UAX #9). Every Latin or
numeric run is put between U+2066 and U+2069, and each line starts with U+200F.
"""

import re

RLM, LRI, PDI = "\u200f", "\u2066", "\u2069"

# Latin with its accented letters (to U+024F): a name cut at one would be drawn torn apart.
_SIGN = r"A-Za-z\u00c0-\u024f0-9٠-٩"
_BODY = rf"[{_SIGN}%.,:;/+\-–°µμ()&'’]*"
_WORD = rf"\(?[{_SIGN}]{_BODY}"
_RUN = re.compile(
    r"\[\d+(?:[,\-–]\s?\d+)*\]"
    rf"|[+]?{_WORD}(?:[ \u00a0\u202f]+(?:{_WORD}|%{_BODY}|&(?= )))*"
)
_TAIL = ".,:;،"
_NO_BREAK = "\u00a0"


def isolate(text: str) -> str:
    """Return plain text with each Latin or numeric run isolated.

    A whole foreign title is one run, so that its words keep their order; brackets that the line
    around it opened or closes stay outside. A citation never breaks between two lines, where its
    brackets would part.
    """

    def wrap(match: re.Match[str]) -> str:
        run = match.group()
        if run.startswith("["):
            return f"{LRI}{run.replace(' ', _NO_BREAK)}{PDI}"
        start, end = 0, len(run)
        while run[start] == "(" and run.count("(", start, end) > run.count(")", start, end):
            start += 1
        while run[end - 1] in _TAIL or (
            run[end - 1] == ")" and run.count(")", start, end) > run.count("(", start, end)
        ):
            end -= 1
        return f"{run[:start]}{LRI}{run[start:end]}{PDI}{run[end:]}"

    return _RUN.sub(wrap, text)


def mark_lines(text: str) -> str:
    """Return the text with every line that is not empty starting right to left."""
    return "\n".join(RLM + line if line.strip() else line for line in text.split("\n"))
