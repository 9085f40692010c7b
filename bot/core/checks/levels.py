"""The pages of one topic beside each other: the same facts, no warning dropped, the same parts."""

from collections.abc import Iterator, Mapping

from bot.core.checks.locate import Locator, Place
from bot.core.checks.pages import ROLE
from bot.core.library import Library
from bot.core.model import Audience, Level
from bot.core.render import Page
from bot.errors import Problem

Pages = Mapping[tuple[Level, Audience], tuple[Page, Locator]]
"""The pages of one topic as each reader gets them, with the way back to their templates."""


def check_levels(library: Library, pages: Pages) -> Iterator[Problem]:
    """Yield where the pages of a topic do not rest on the same facts, or part ids wander."""
    for audience in (Audience.GENERAL, Audience.CAREGIVER):
        levels = [pages[level, audience] for level in Level if (level, audience) in pages]
        for index, (plainer, locator) in enumerate(levels[:-1]):
            fuller = [page for page, _ in levels[index + 1 :]]
            yield from _facts(plainer, fuller, locator)
            yield from _parts(plainer, fuller, locator)
    for audience in (Audience.GENERAL, Audience.CAREGIVER):
        fullest = pages.get((Level.DETAILED, audience))
        if fullest:
            yield from _kept(library, fullest[0], pages)


def _facts(plainer: Page, fuller: list[Page], locator: Locator) -> Iterator[Problem]:
    told = {fact for page in fuller for fact in page.facts}
    for fact in plainer.facts:
        if fact not in told:
            place = locator.fact(fact)
            cure = f"say it in {fuller[-1].template} too, or leave it out here"
            what = f"{fact} is in no fuller level"
            yield Problem(place.file, place.line, "levels-agree", what, cure)


def _parts(plainer: Page, fuller: list[Page], locator: Locator) -> Iterator[Problem]:
    ids = {part.id for page in fuller for part in page.parts}
    for part in plainer.parts:
        if part.id not in ids:
            place = locator.text(f"[#{part.id}]")
            cure = "use an id of the fuller levels, so that More detail stays in place"
            what = f"no fuller level has [#{part.id}]"
            yield Problem(place.file, place.line, "part-id", what, cure)


def _kept(library: Library, fullest: Page, pages: Pages) -> Iterator[Problem]:
    """Yield each reader's pages that lack a warning which the fullest page gives."""
    for name in fullest.facts:
        fact = library.facts.get(name)
        if fact is None or not fact.keep:
            continue
        for (_, audience), (page, locator) in pages.items():
            own = fullest.audience in (Audience.GENERAL, audience)
            if own and ROLE[audience] in fact.audiences and name not in page.facts:
                place = Place(locator.file, 0)
                cure = f"add a sentence that cites it: {fact.note[:60]}"
                what = f"{name} must not be dropped"
                yield Problem(place.file, place.line, "keep", what, cure)
