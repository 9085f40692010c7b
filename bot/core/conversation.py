"""What the bot answers: one pure function from a reader and an action to a turn.

Typed words are triaged before anything else, whatever the state. They are a local variable:
nothing that leaves this module holds them.
"""

from collections.abc import Callable
from dataclasses import replace
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
    Turn,
)
from bot.core.safety.rules import Certainty
from bot.core.safety.triage import Finding, Refusal, Triage
from bot.core.screens import Screens
from bot.core.screens.urgent import card, possible
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
_NEEDS_READER = (View.MY_DATA, View.EXPORT)
_NEW_MESSAGE = (View.URGENT, View.EXPORT)


class Conversation:
    """The bot's side of the chat, for one library."""

    def __init__(self, screens: Screens, triage: Triage, questions: dict[str, Index]) -> None:
        self.screens = screens
        self._triage = triage
        self._questions = questions

    def respond(self, reader: Reader, action: Action) -> Turn:
        """Return the answer to an action. Never raises for anything a person can do."""
        match action:
            case Tap(data=packed):
                return self._tap(reader, packed)
            case Command(name=name, argument=argument):
                return self._command(reader, name, argument)
            case Say(text=text):
                return self._say(reader, text)
            case Attach():
                return self._notice(reader, "attachment")
            case InGroup():
                desk, here = self.screens.desk, self._address(reader, View.MENU)
                return Turn((desk.screen(here, desk.message("in_group", here), ()),))
            case StorageFailed():
                return self._notice(reader, "storage_failed")
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
        return Turn((screen,), effects, edit=address.view not in _NEW_MESSAGE)

    @staticmethod
    def _effects(reader: Reader, address: Address) -> tuple[Effect, ...]:
        counted = Count(address.view.name.lower(), address.topic or address.section)
        match address.choice:
            case Choice.AUDIENCE:
                keep = Keep(audience=address.audience, level=address.level)
            case Choice.LEVEL:
                keep = Keep(level=address.level)
            case Choice.LOCALE:
                keep = Keep(locale=address.locale)
            case Choice.REGION:
                keep = Keep(region=address.region)
            case Choice.REMEMBER:
                keep = Keep(remember=True)
            case Choice.DO_NOT_REMEMBER:
                keep = Keep(remember=False)
            case Choice.NONE:
                if address.view is View.FORGOTTEN:
                    return (Forget(), counted)
                copies = address.view is View.EXPORT and reader.held is not None
                return (Export(), counted) if copies else (counted,)
        return (keep, counted)

    def _command(self, reader: Reader, name: str, argument: str) -> Turn:
        if name == "start" and argument:
            try:
                address = replace(Address.unpack(argument), choice=Choice.NONE)
                return Turn(
                    (self.screens.draw(address, reader.held),), self._effects(reader, address)
                )
            except AddressError:
                pass
        found = self._triage.read(f"{name} {argument}") if argument else None
        view = COMMANDS.get(name) or _ALSO.get(name)
        if view is None:
            return self._after_danger(reader, found, lambda: self._notice(reader, "moved"))
        address = self._address(reader, view)
        return self._after_danger(
            reader,
            found,
            lambda: Turn(
                (self.screens.draw(address, reader.held),), self._effects(reader, address)
            ),
        )

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
        concern = possible(self.screens.desk, here, found.kind)
        counted = Count("urgent_possible", found.kind)
        answered = answer()
        return Turn((concern, *answered.screens), (counted, *answered.effects), urgent=True)

    def _answer(self, reader: Reader, text: str, refusal: Refusal | None) -> Turn:
        spoken = self._spoken(reader, text)
        if spoken:
            address = self._address(reader, spoken)
            return Turn((self.screens.draw(address, reader.held),), self._effects(reader, address))
        found = self._match(reader, text)
        if refusal:
            turn = self._offer(reader, f"refusal/{refusal.kind}", found)
            return replace(turn, effects=(Count("refused", refusal.kind),))
        here = self._address(reader, View.PAGE)
        if found.sure:
            screen = self.screens.draw(here.to(View.PAGE, topic=found.topics[0]))
            not_meant = self.screens.desk.open(here, "not_meant", View.MENU)
            screen = replace(screen, rows=(*screen.rows[:-1], (not_meant,), screen.rows[-1]))
            return Turn((screen,), (Count("matched", found.topics[0]),))
        if found.topics:
            return replace(self._offer(reader, "did_you_mean", found), effects=(Count("offered"),))
        return replace(self._notice(reader, "no_match"), effects=(Count("missed"),))

    def _spoken(self, reader: Reader, text: str) -> View | None:
        """Return the view of a command said in words; only the whole message counts."""
        desk = self.screens.desk
        words = desk.words(self._address(reader, View.MENU))
        said = text.strip().strip(".!?").casefold()
        for name in desk.library.labels["spoken"]:
            if said in (w.strip().casefold() for w in words.of("spoken", name).split(",")):
                return COMMANDS[name]
        return None

    def _match(self, reader: Reader, text: str) -> Match:
        locale = self._address(reader, View.PAGE).locale
        index = self._questions.get(locale)
        return index.match(text) if index else Match((), (), sure=False)

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
