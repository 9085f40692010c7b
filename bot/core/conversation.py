"""What the bot answers: one pure function from a reader and an action to a turn.

Typed words are triaged before anything else, whatever the state. They are a local variable:
nothing that leaves this module holds them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import assert_never

from bot.core.address import Address, Choice, View
from bot.core.matching import Index, Match
from bot.core.model import (
    Action,
    Attach,
    Block,
    Command,
    Count,
    Effect,
    Export,
    Forget,
    InGroup,
    Keep,
    Open,
    Reader,
    Say,
    Screen,
    StorageFailed,
    Tap,
    TooFast,
    Turn,
)
from bot.core.safety.kinds import Kind
from bot.core.safety.rules import Certainty
from bot.core.safety.triage import Finding, Refusal, Triage
from bot.core.screens import Screens, feedback
from bot.core.screens.choices import ASK_LANGUAGE
from bot.core.screens.desk import Desk
from bot.core.screens.urgent import card, possible
from bot.core.screens.visit import LIST
from bot.errors import AddressError

COMMANDS = {
    "start": View.START,
    "menu": View.MENU,
    "urgent": View.URGENT,
    "language": View.LANGUAGE,
    "settings": View.SETTINGS,
    "help": View.HELP,
    "privacy": View.PRIVACY,
    "mydata": View.MY_DATA,
    "forget": View.FORGET,
}
_ALSO = {"cancel": View.MENU, "stop": View.MENU, "export": View.EXPORT}
_NOTICES = {Attach: "attachment", StorageFailed: "storage_failed", TooFast: "too_fast"}
_NOT_TYPED = Count("not_typed")
_NEEDS_READER = (View.MY_DATA, View.EXPORT)
_NEW_MESSAGE = (View.URGENT, View.EXPORT)


class Conversation:
    """The bot's side of the chat, for one library."""

    def __init__(self, screens: Screens, triage: Triage, questions: dict[str, Index]) -> None:
        self.screens = screens
        self._triage = triage
        self._questions = questions
        self._spoken_words = dict(_spoken_words(screens.desk))

    def respond(self, reader: Reader, action: Action) -> Turn:
        """Return the answer to an action. Never raises for anything a person can do."""
        match action:
            case Tap(data=packed):
                return self._tap(reader, packed)
            case Command(name=name, argument=argument):
                return self._command(reader, name, argument)
            case Say(text=text):
                return self._say(reader, text)
            case Attach() | StorageFailed() | TooFast():
                return self._notice(reader, _NOTICES[type(action)])
            case InGroup():
                desk, here = self.screens.desk, self._address(reader, View.MENU)
                return Turn((desk.screen(here, desk.message("in_group", here), ()),))
            case _:
                assert_never(action)

    @staticmethod
    def needs_reader(action: Action) -> bool:
        """Tell whether answering takes what is stored: a tap carries all it needs itself."""
        if not isinstance(action, Tap):
            return not isinstance(action, InGroup)
        try:
            return Address.unpack(action.data).view in _NEEDS_READER
        except AddressError:
            return True

    def sorry(self) -> Screen:
        """Return the screen for a turn that failed, drawn while all is well."""
        return self._notice(Reader(), "error").screens[0]

    def _tap(self, reader: Reader, packed: str) -> Turn:
        try:
            address = Address.unpack(packed)
            screen = self.screens.draw(replace(address, choice=Choice.NONE), reader.held)
        except AddressError:
            return self._notice(reader, "moved", edit=True)
        effects = self._effects(reader, address)
        return Turn(
            (screen,),
            effects,
            edit=address.view not in _NEW_MESSAGE,
            urgent=address.view is View.URGENT,
            shared=address.view not in _NEEDS_READER,
        )

    def _effects(self, reader: Reader, address: Address) -> tuple[Effect, ...]:
        if address.view is View.FEEDBACK:
            answer = feedback.counted(self.screens.desk, address)
            return (answer,) if answer else ()
        counted = Count(address.view.name.lower(), self._detail(address))
        keep = _kept(address)
        if keep:
            return (keep, counted)
        if address.view is View.FORGOTTEN:
            return (Forget(), counted)
        copies = address.view is View.EXPORT and reader.held is not None
        return (Export(), counted) if copies else (counted,)

    def _detail(self, address: Address) -> str:
        known = self._known(address)
        if address.view is not View.PAGE or not known:
            return known
        return f"{known}.{address.reading_level}.{self.screens.desk.words(address).locale}"

    def _known(self, address: Address) -> str:
        """Return the topic or part opened if content has it: a forged address holds any words."""
        library = self.screens.desk.library
        if address.topic:
            return address.topic if address.topic in library.topics else ""
        extras = library.extras
        known = {LIST, *Kind, *library.groups}
        known |= extras.comparison.pains.keys() if extras.comparison else set()
        known |= extras.visit.sets.keys() if extras.visit else set()
        return address.section if address.section in known else ""

    def _command(self, reader: Reader, name: str, argument: str) -> Turn:
        if name == "start" and argument:
            try:
                address = replace(Address.unpack(argument), choice=Choice.NONE)
                return Turn(
                    (self.screens.draw(address, reader.held),), self._effects(reader, address)
                )
            except AddressError:
                pass
        view = COMMANDS.get(name) or _ALSO.get(name)
        found = self._triage.read(argument if view else f"{name} {argument}")
        if view is None:
            unknown = partial(self._notice, reader, "unknown_command")
            return self._after_danger(reader, found, unknown)
        address = self._address(reader, view)
        if view is View.START and self._language_is_a_guess(reader):
            address = replace(address, argument=ASK_LANGUAGE)
        return self._after_danger(
            reader,
            found,
            lambda: Turn(
                (self.screens.draw(address, reader.held),), self._effects(reader, address)
            ),
        )

    def _language_is_a_guess(self, reader: Reader) -> bool:
        catalogs = self.screens.desk.catalogs
        known = reader.locale in catalogs or len(catalogs) == 1
        return not known and not catalogs.match(reader.language_code)[1]

    def _say(self, reader: Reader, text: str) -> Turn:
        judged = self._triage.judge(text)
        return self._after_danger(
            reader, judged.danger, lambda: self._answer(reader, text, judged.refusal)
        )

    def _after_danger(
        self, reader: Reader, found: Finding | None, answer: Callable[[], Turn]
    ) -> Turn:
        """Return the urgent card for clear danger, a concern and the answer for a possible one."""
        if found is None:
            return answer()
        here = self._address(reader, View.URGENT)
        if found.certainty is Certainty.CLEAR:
            screen = card(self.screens.desk, here, found.kind)
            return Turn((screen,), (Count("urgent_clear", found.kind),), urgent=True)
        # A kind that is only resembled is no ground for a card about one thing alone.
        kind = "" if found.guessed else found.kind
        concern = possible(self.screens.desk, here, kind)
        counted = Count("urgent_possible", found.kind)
        answered = answer()
        # That nothing can be answered must not push the numbers off the screen.
        screens = () if _NOT_TYPED in answered.effects else answered.screens
        return Turn((concern, *screens), (counted, *answered.effects), urgent=True)

    def _answer(self, reader: Reader, text: str, refusal: Refusal | None) -> Turn:
        spoken = self._spoken(text)
        if spoken:
            address = self._address(reader, spoken)
            return Turn((self.screens.draw(address, reader.held),), self._effects(reader, address))
        found, locale = self._match(reader, text)
        if found.sure and not refusal:
            return self._page(reader, found.topics[0], locale)
        if self._address(reader, View.MENU).locale not in self._questions:
            return replace(self._notice(reader, "not_typed"), effects=(_NOT_TYPED,))
        if refusal:
            turn = self._offer(reader, f"refusal/{refusal.kind}", found)
            return replace(turn, effects=(Count("refused", refusal.kind),))
        if found.topics:
            return replace(self._offer(reader, "did_you_mean", found), effects=(Count("offered"),))
        return replace(self._notice(reader, "no_match"), effects=(Count("missed"),))

    def _page(self, reader: Reader, slug: str, asked_in: str) -> Turn:
        """Open a page in the reader's language; offer the language the question was asked in."""
        desk = self.screens.desk
        here = self._address(reader, View.PAGE).to(View.PAGE, topic=slug)
        screen = self.screens.draw(here)
        beside = [(desk.open(here, "not_meant", View.MENU, topic=""),)]
        if asked_in != here.locale:
            theirs = here.to(View.PAGE, locale=asked_in, choice=Choice.LOCALE)
            beside.insert(0, (Open(desk.catalogs[asked_in].name, theirs),))
        screen = replace(screen, rows=(*screen.rows[:-1], *beside, screen.rows[-1]))
        return Turn((screen,), (Count("matched", slug),))

    def _spoken(self, text: str) -> View | None:
        """Return the view of a command said in words of any language, as the whole message."""
        return self._spoken_words.get(text.strip().strip(".!?؟").casefold())

    def _match(self, reader: Reader, text: str) -> tuple[Match, str]:
        """Return the best match and its language; of equals the reader's own."""
        own = self._address(reader, View.PAGE).locale
        found = [
            (index.match(text), locale)
            for locale, index in sorted(self._questions.items(), key=lambda one: one[0] != own)
        ]
        nothing = (Match((), (), sure=False), own)
        return max(found, key=lambda one: (one[0].sure, *one[0].scores[:1]), default=nothing)

    def _offer(self, reader: Reader, name: str, found: Match) -> Turn:
        """Say something, and offer the nearest pages by name."""
        desk, here = self.screens.desk, self._address(reader, View.MENU)
        words = desk.words(here)
        pages = (
            (Open(words.topic_button(topic), here.to(View.PAGE, topic=topic.slug)),)
            for topic in (desk.library.topics[slug] for slug in found.topics)
        )
        none = desk.open(here, "none_of_these" if found.topics else "menu", View.MENU)
        rows = (*pages, (none,), (desk.urgent(here),))
        return Turn((desk.screen(here, desk.message(name, here), rows),))

    def _notice(self, reader: Reader, name: str, *, edit: bool = False) -> Turn:
        """Say one thing above the menu's buttons."""
        desk, here = self.screens.desk, self._address(reader, View.MENU)
        below = self.screens.draw(here)
        blocks: tuple[Block, ...] = desk.message(name, here)
        return Turn((Screen(replace(below.document, blocks=blocks), below.rows),), edit=edit)

    def _address(self, reader: Reader, view: View) -> Address:
        catalogs = self.screens.desk.catalogs
        locale = reader.locale if reader.locale in catalogs else None
        return Address(
            view,
            locale=locale or catalogs.match(reader.language_code)[0],
            audience=reader.audience,
            level=reader.level,
            region=reader.region or "",
        )


def _kept(address: Address) -> Keep | None:  # noqa: PLR0911 - a table
    """Return the choice that a tap on this address makes, None for one that only reads."""
    match address.choice:
        case Choice.AUDIENCE:
            return Keep(audience=address.audience, level=address.level)
        case Choice.LEVEL:
            return Keep(level=address.level)
        case Choice.LOCALE:
            return Keep(locale=address.locale)
        case Choice.REGION:
            return Keep(region=address.region)
        case Choice.VISIT:
            return Keep(visit=address.argument)
        case Choice.REMEMBER | Choice.DO_NOT_REMEMBER:
            return Keep(remember=address.choice is Choice.REMEMBER)
        case Choice.NONE:
            return None


def _spoken_words(desk: Desk) -> Iterator[tuple[str, View]]:
    for catalog in desk.catalogs:
        words = desk.words(Address(View.MENU, locale=catalog.locale))
        for name in desk.library.labels["spoken"]:
            for said in words.of("spoken", name).split(","):
                yield said.strip().casefold(), COMMANDS[name]
