"""Start, menu, and the choices a reader makes: who reads, how much, language, country."""

from bot.core.address import Address, Choice, View
from bot.core.model import Audience, Heading, Items, Level, Open, Rows, Screen, Text
from bot.core.screens.desk import FROM_START, Desk, chosen

_COUNTRIES_PER_SCREEN = 20
TOPICS_PER_SCREEN = 12
OPTIONS_GROUP = "options"
_VISIT_GROUP = "visit"
ASK_LANGUAGE = "l"


def start(desk: Desk, address: Address) -> Screen:
    """Draw what this chat is, and the audience question.

    With the argument ASK_LANGUAGE it is not known which language the reader reads: the languages
    stand first.
    """
    fresh = address.to(View.MENU, topic="", section="")
    audiences = (
        (
            Open(
                desk.words(address).button(audience),
                fresh.to(
                    View.MENU,
                    audience=audience,
                    level=audience.default_level,
                    choice=Choice.AUDIENCE,
                ),
            ),
        )
        for audience in Audience
    )
    language = desk.open(address, "language", View.LANGUAGE, topic="", argument=FROM_START)
    asked = address.argument == ASK_LANGUAGE
    languages = _languages(desk, address.to(View.START, topic="")) if asked else ()
    rows = (*languages, *audiences, (language,), (desk.urgent(address.to(View.START, topic="")),))
    return desk.screen(address, desk.message("start", address), rows)


def reading(desk: Desk, address: Address) -> Screen:
    """Draw who reads and how much is said; a choice leads back to where the reader was."""
    words = desk.words(address)
    home = desk.home(address)

    def as_audience(audience: Audience) -> Open:
        own_level = address.reading_audience.default_level
        level = address.level
        if level in (None, own_level):
            level = audience.default_level
        target = home.to(home.view, audience=audience, level=level, choice=Choice.AUDIENCE)
        return Open(words.button(audience), target)

    def at_level(level: Level) -> Open:
        return Open(words.button(level), home.to(home.view, level=level, choice=Choice.LEVEL))

    audiences = [a for a in Audience if a is not address.reading_audience]
    levels = [level for level in Level if level is not address.reading_level]
    rows = (
        *((at_level(level),) for level in levels),
        *((as_audience(audience),) for audience in audiences),
        (desk.back(address),),
        (desk.urgent(address),),
    )
    professional = address.reading_audience is Audience.PROFESSIONAL
    name = "reading_professional" if professional else "reading"
    return desk.screen(address, desk.message(name, address, **desk.reading(address)), rows)


def menu(desk: Desk, address: Address) -> Screen:
    """Draw the groups of topics; caregivers find theirs first."""
    words = desk.words(address)
    here = address.to(View.MENU, topic="", section="")
    slugs = [slug for slug in desk.library.groups if desk.library.in_group(slug)]
    if address.audience is Audience.CAREGIVER:
        slugs.sort(key=lambda slug: slug != "caring")
    groups = (
        Open(
            words.catalog.text(desk.library.groups[slug].button, "button"),
            here.to(View.GROUP, topic=slug),
        )
        for slug in slugs
    )
    rows = (
        *((group,) for group in groups),
        *desk.grid(
            here,
            (desk.open(here, "reading", View.READING), desk.open(here, "settings", View.SETTINGS)),
            (desk.open(here, "language", View.LANGUAGE), desk.open(here, "help", View.HELP)),
        ),
        (desk.urgent(here),),
    )
    return desk.screen(here, desk.message("menu", here, **desk.reading(here)), rows)


def group(desk: Desk, address: Address) -> Screen:
    """Draw the questions of one group, in full in the text and short on the buttons."""
    words = desk.words(address)
    found = desk.library.groups.get(address.topic)
    if found is None:
        return menu(desk, address)
    everything = desk.library.in_group(address.topic)
    first = (int(address.argument) if address.argument.isdecimal() else 0) * TOPICS_PER_SCREEN
    first = first if first < len(everything) else 0
    topics = everything[first : first + TOPICS_PER_SCREEN]

    def turn(label: str, start: int) -> Open | None:
        if not 0 <= start < len(everything):
            return None
        number = str(start // TOPICS_PER_SCREEN)
        return desk.open(address, label, View.GROUP, argument=number)

    blocks = (
        Heading(1, (Text(words.catalog.text(found.title)),)),
        *desk.message("group", address),
        Items(tuple((Text(words.title(topic)),) for topic in topics)),
    )
    rows = (
        *(
            (
                Open(
                    words.topic_button(topic),
                    address.to(View.PAGE, topic=topic.slug, section=""),
                ),
            )
            for topic in topics
        ),
        *desk.grid(
            address,
            (turn("more", first + TOPICS_PER_SCREEN), turn("less", first - TOPICS_PER_SCREEN)),
        ),
        *_beside(desk, address),
        (desk.menu(address),),
        (desk.urgent(address.to(View.MENU, topic="")),),
    )
    return desk.screen(address, blocks, rows)


def _beside(desk: Desk, address: Address) -> Rows:
    """Return what a group leads to beside its pages."""
    extras, here = desk.library.extras, address.to(View.GROUP, topic="", section="")
    if address.topic == OPTIONS_GROUP and extras.comparison:
        return ((desk.open(here, "compare", View.COMPARE),),)
    if address.topic == _VISIT_GROUP and extras.visit:
        return ((desk.open(here, "visit", View.VISIT),),)
    return ()


def language(desk: Desk, address: Address) -> Screen:
    """Draw the languages by their own names; a choice leads back to where the reader was."""
    words, today = desk.words(address), desk.today()

    def told(name: str, whole: int, pages: int) -> str:
        if whole == pages:
            return words.text("language_whole", language=name)
        return words.text("language_part", language=name, whole=whole, pages=pages)

    shares = (told(c.name, *desk.editions.share(c.locale, today)) for c in desk.catalogs)
    blocks = (*desk.message("language", address), Items(tuple((Text(s),) for s in shares)))
    rows = (*_languages(desk, desk.home(address)), (desk.back(address),), (desk.urgent(address),))
    return desk.screen(address, blocks, rows)


def _languages(desk: Desk, home: Address) -> Rows:
    """Return a button for every language; it leads to `home` in that language."""
    return tuple(
        (Open(c.name, home.to(home.view, locale=c.locale, choice=Choice.LOCALE)),)
        for c in desk.catalogs
    )


def settings(desk: Desk, address: Address) -> Screen:
    """Draw every choice with its value and the way to change it."""
    words = desk.words(address)
    numbers = desk.contacts.for_region(address.region)
    region = words.text("no_region")
    if numbers:
        region = words.text("region", country=words.catalog.text(numbers.name))
    keeping = address.to(View.SETTINGS)

    def remember(label: str, choice: Choice) -> Open:
        return Open(words.button(label), chosen(keeping, choice))

    rows = desk.grid(
        address,
        (
            desk.open(address, "reading", View.READING),
            desk.open(address, "language", View.LANGUAGE),
        ),
        (desk.open(address, "country", View.COUNTRY),),
        (remember("remember", Choice.REMEMBER),),
        (remember("do_not_remember", Choice.DO_NOT_REMEMBER),),
        (
            desk.open(address, "privacy", View.PRIVACY),
            desk.open(address, "my_data", View.MY_DATA),
        ),
        (desk.back(address),),
        (desk.urgent(address),),
    )
    values = desk.reading(address) | {"region": region}
    return desk.screen(address, desk.message("settings", address, **values), rows)


def country(desk: Desk, address: Address) -> Screen:
    """Draw the countries whose numbers are known, twenty to a screen, two to a row.

    From an urgent card (`section` names its kind) a choice leads back to that card.
    """
    words = desk.words(address)
    names = {one.region: words.catalog.text(one.name) for one in desk.contacts.regions}
    codes = sorted(names, key=lambda code: names[code])
    first = (int(address.argument) if address.argument.isdecimal() else 0) * _COUNTRIES_PER_SCREEN
    if first >= len(codes):
        first = 0
    urgent = address.topic == "" and address.section != ""
    home = address.to(View.URGENT) if urgent else address.to(View.SETTINGS)
    picks = [
        Open(names[code], home.to(home.view, region=code, choice=Choice.REGION))
        for code in codes[first : first + _COUNTRIES_PER_SCREEN]
    ]
    pairs = [tuple(picks[i : i + 2]) for i in range(0, len(picks), 2)]

    def turn(label: str, start: int) -> Open | None:
        if not 0 <= start < len(codes):
            return None
        number = str(start // _COUNTRIES_PER_SCREEN)
        return desk.open(address, label, View.COUNTRY, argument=number)

    none = Open(words.button("no_country"), home.to(home.view, region="", choice=Choice.REGION))
    more, less = (
        turn("more", first + _COUNTRIES_PER_SCREEN),
        turn("less", first - _COUNTRIES_PER_SCREEN),
    )
    pages = tuple(button for button in (more, less) if button)
    rows = (*pairs, *((pages,) if pages else ()), (none,), (desk.menu(address),))
    rows = (*rows, (desk.urgent(address.to(View.MENU)),))
    return desk.screen(address, desk.message("country", address), rows)
