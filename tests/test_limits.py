"""A reader in too great a hurry, and the danger that is always answered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.address import Address, Choice, View
from bot.core.conversation import Conversation
from bot.core.model import Action, Attach, Audience, Command, Forget, InGroup, Keep, Say, Tap
from bot.core.writers import plain
from bot.limits import REMIND, Limits
from bot.service import MAX_KINDS, MAX_WORDS, Answer, Service
from bot.store import Store, open_store, schema

AMINA, BO = 7_000_000_001, 7_000_000_002
CHOOSES = Tap(
    Address(View.MENU, locale="en", audience=Audience.CAREGIVER, choice=Choice.AUDIENCE).pack()
)
READS = Tap(Address(View.MENU, locale="en").pack())
FORGETS = Tap(Address(View.FORGOTTEN, locale="en").pack())
EXPORTS = Tap(Address(View.EXPORT, locale="en").pack())
SLOW = "a lot in a short time"


@dataclass
class Watch:
    """Seconds that pass only when a test says so."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(watch: Watch) -> Limits:
    return Limits(burst=3, per_second=0.5, readers=5, clock=watch)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite+aiosqlite:///{tmp_path}/clearleaf.db"
    schema.upgrade(url)
    async with open_store(url, b"k" * 32) as opened:
        yield opened


@pytest.fixture
def service(conversation: Conversation, store: Store, limits: Limits) -> Service:
    return Service(conversation, store, limits)


def on_disk(folder: Path) -> bytes:
    return b"".join(part.read_bytes() for part in folder.iterdir())


def words(answer: Answer) -> str:
    return "\n".join(plain.write(screen.document) for screen in answer.turn.screens)


async def says(service: Service, *actions: Action, who: int = AMINA) -> list[str]:
    return [words(await service.answer(who, "en", action)) for action in actions]


def test_a_bucket_gives_what_it_holds_and_fills_again(limits: Limits, watch: Watch) -> None:
    assert [limits.take(AMINA) for _ in range(4)] == [True, True, True, False]
    assert limits.take(BO)
    watch.seconds += 2
    assert [limits.take(AMINA), limits.take(AMINA)] == [True, False]
    watch.seconds += 1000
    assert [limits.take(AMINA) for _ in range(4)] == [True, True, True, False]


def test_a_reader_is_reminded_once_in_a_while(limits: Limits, watch: Watch) -> None:
    assert not limits.remind(AMINA)  # took nothing, so nothing was withheld
    limits.take(AMINA)
    assert [limits.remind(AMINA), limits.remind(AMINA)] == [True, False]
    watch.seconds += REMIND
    assert limits.remind(AMINA)


def test_who_was_here_is_forgotten_when_the_bucket_is_full_again(
    limits: Limits, watch: Watch
) -> None:
    limits.take(AMINA)
    watch.seconds += 7
    limits.take(BO)
    assert len(limits) == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0, 3)), max_size=60))
def test_however_many_come_memory_is_bounded_and_nobody_gets_more_than_their_share(
    visits: list[tuple[int, float]],
) -> None:
    watch = Watch()
    limits = Limits(burst=3, per_second=0.5, readers=50, clock=watch)
    crowded = Limits(burst=3, per_second=0.5, readers=5, clock=watch)
    given_out = dict.fromkeys(range(21), 0)
    for who, pause in visits:
        watch.seconds += pause
        given_out[who] += limits.take(who)
        crowded.take(who)
        assert len(crowded) <= 5
    assert max(given_out.values()) <= 3 + (watch.seconds - 100) * 0.5 + 1e-6


async def test_words_in_a_flood_are_withheld_with_one_request_to_slow_down(
    service: Service, watch: Watch
) -> None:
    question = Say("is it safe to drive?")
    first, *_, third, fourth, fifth = await says(service, *[question] * 5)
    assert first == third != ""
    assert SLOW in fourth
    assert fifth == ""
    assert (await says(service, question, who=BO)) == [first]
    watch.seconds += 2
    assert await says(service, question) == [first]


async def test_in_a_group_there_is_silence_instead_of_a_request(service: Service) -> None:
    *_, third, fourth = await says(service, *[InGroup()] * 4)
    assert third
    assert fourth == ""


async def test_danger_is_answered_however_fast_it_comes(service: Service) -> None:
    calm = await says(service, Say("he took the whole box and will not wake up"), who=BO)
    await says(service, *[Attach()] * 10)
    for _ in range(30):
        assert await says(service, Say("he took the whole box and will not wake up")) == calm
    urgent, spoken, tapped = await says(
        service,
        Command("urgent"),
        Say("urgent help"),
        Tap(Address(View.URGENT, locale="en").pack()),
    )
    assert urgent
    assert spoken
    assert tapped
    assert SLOW not in urgent + spoken + tapped
    after_command = await says(service, Command("menu", "I took 30 tablets and want to die"))
    assert after_command[0]
    assert SLOW not in after_command[0]


async def test_reading_is_never_withheld_and_a_choice_too_many_is_told(
    service: Service, store: Store, watch: Watch
) -> None:
    pages = await says(service, *[READS] * 50)
    assert len(set(pages)) == 1
    assert SLOW not in pages[0]
    *_, fourth, fifth = [await service.answer(AMINA, "en", CHOOSES) for _ in range(5)]
    assert fourth.turn.edit
    assert len(fourth.turn.screens) == 2  # the page, and the request
    assert SLOW in words(fourth)
    assert len(fifth.turn.screens) == 1
    assert not [effect for effect in fourth.turn.effects if isinstance(effect, Keep)]
    assert (await service.answer(AMINA, "en", EXPORTS)).export is None
    gone = await service.answer(AMINA, "en", FORGETS)
    assert any(isinstance(effect, Forget) for effect in gone.turn.effects)
    assert await store.reader(AMINA) is None


async def test_only_as_much_is_looked_at_as_telegram_can_send(service: Service) -> None:
    danger = " he took the whole box and will not wake up"
    sent, cut = await says(
        service,
        Say("a " * ((MAX_WORDS - len(danger)) // 2) + danger),
        Say("a " * (MAX_WORDS // 2) + danger),
    )
    assert "112" in sent or "999" in sent or "911" in sent
    assert cut != sent


async def test_events_nobody_foresaw_do_not_fill_the_memory(service: Service) -> None:
    for number in range(MAX_KINDS + 10):
        service._count(("page", f"made-up-{number}"))
    assert len(service._counts) == MAX_KINDS + 1
    assert service._counts["other", ""] == 10
    await service.flush()
    assert not service._counts


async def test_a_forged_button_or_link_writes_no_words_of_its_maker_into_a_counter(
    service: Service, tmp_path: Path
) -> None:
    for view in View:
        forged = Address(view, locale="en", section="amina-khan")
        for action in (Tap(forged.pack()), Command("start", forged.pack())):
            await service.answer(BO, "en", action)
    await service.answer(
        BO, "en", Tap(Address(View.MENU, locale="en", topic="amina-takes-it").pack())
    )
    await service.flush()
    kept = on_disk(tmp_path)
    assert b"menu" in kept
    assert b"amina" not in kept
