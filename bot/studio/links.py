"""Whether the addresses of sources still answer, and which sources are marked as outdated."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.core.library import Library
from bot.core.safety.contacts import Contacts

AT_ONCE = 4
"""Requests under way; never two to one host."""
_AGENT = {"User-Agent": "clearleaf-link-check"}
_MOST_REDIRECTS = 5
_TO_PEOPLE_ONLY = (401, 403, 429, 451)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True, slots=True)
class Link:
    """An address, where it stands, and what leans on it: facts, and numbers of countries."""

    url: str
    place: str
    leaning: tuple[str, ...]


def links_of(library: Library) -> list[Link]:
    """Return every address of the sources and of the contacts."""
    contacts = Path("urgent") / "contacts.toml"
    numbers: dict[str, dict[str, None]] = defaultdict(dict)
    for region in Contacts.load(library.directory / contacts).regions:
        for kind in (region.emergency, region.poison, region.crisis, region.police):
            for source in (name for contact in kind for name in contact.sources):
                numbers[source][f"numbers of {region.name}"] = None
    found = [
        Link(url, name, (*facts_of(library, name), *numbers.get(name, ())))
        for name, source in library.sources.items()
        for url in (source.url, *source.also)
        if url
    ]
    text = (library.directory / contacts).read_text("utf-8")
    return found + [Link(url, str(contacts), ()) for url in _ADDRESS.findall(text)]


def facts_of(library: Library, source: str) -> tuple[str, ...]:
    """Return the facts that lean on a source."""
    return tuple(name for name, fact in library.facts.items() if source in fact.sources)


def marked(library: Library) -> Iterator[str]:
    """Yield the sources that are marked retracted or replaced, with the facts on them."""
    for name, source in library.sources.items():
        if source.retracted or source.replaced_by:
            state = "retracted" if source.retracted else f"replaced by {source.replaced_by}"
            facts = ", ".join(facts_of(library, name)) or "no fact"
            yield f"{name}  {state}: {source.who}. {source.title}\n    {facts}"


async def failing(links: list[Link], seconds: float) -> list[tuple[Link, str]]:
    """Return the links that do not answer, and how; each address is asked once.

    HEAD first and GET where that is refused; redirects are followed. `seconds`: how long one
    request may take.
    """
    hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    turn = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
    async with httpx.AsyncClient(
        timeout=seconds,
        limits=limits,
        headers=_AGENT,
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
    ) as client:

        async def ask(url: str) -> str:
            async with hosts[urlsplit(url).netloc], turn:
                return await _fault(client, url, seconds)

        urls = list(dict.fromkeys(link.url for link in links))
        faults = dict(zip(urls, await asyncio.gather(*map(ask, urls)), strict=True))
    return [(link, faults[link.url]) for link in links if faults[link.url]]


async def _fault(client: httpx.AsyncClient, url: str, seconds: float) -> str:
    """Return why an address does not answer; empty where it does."""
    status = 0
    for method in ("HEAD", "GET"):
        try:
            async with asyncio.timeout(seconds), client.stream(method, url) as answer:
                status = answer.status_code
        except (TimeoutError, httpx.TimeoutException):
            return f"no answer within {seconds:g} s"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"cannot be asked ({type(error).__name__})"
        if status < httpx.codes.BAD_REQUEST:
            return ""
    if status in _TO_PEOPLE_ONLY:
        return f"{status}: it may answer people only, look by hand"
    return f"{status} {httpx.codes.get_reason_phrase(status)}".rstrip()
