"""The proofs in small: the same crowd, the same bot, a few seconds each."""

import json
from pathlib import Path

import pytest

from bot.bench.pages import Page
from bot.bench.proofs.command import prove
from bot.bench.proofs.crowd import Crowd, Share, Told
from bot.bench.proofs.kill import kill
from bot.bench.proofs.place import Place, prepare
from bot.bench.proofs.updates import Updates
from bot.config import Settings
from bot.errors import ConfigError

PAGES = [
    Page(data="1", text="one", reply_markup={}, plain="one", entities=[]),
    Page(data="2", text="two", reply_markup={}, plain="two", entities=[]),
]
TOLD = Told(choice="3", refusal="not kept", apology="sorry")
READER = 100_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Content, drawn."""
    return prepare(Settings.load(), tmp_path_factory.mktemp("proofs"), 40)


def test_a_bot_killed_under_load_answers_everything(place: Place) -> None:
    lines: list[str] = []

    assert kill(place, 1, lines.append, ("sqlite",))

    assert [line.split()[:3] for line in lines[1:]] == [
        ["sqlite", "polling", "1"],
        ["sqlite", "webhook", "1"],
    ]


async def account_of(*calls: tuple[str, dict[str, object]], words: int = 0) -> Crowd:
    """Let one update come and a bot make these calls for it; then Telegram lets go of it."""
    crowd = Crowd(PAGES, Share(words=words), TOLD, readers=1)
    come = iter((True, False))
    await crowd.come(1000.0, lambda: next(come))
    for method, params in calls:
        crowd.answer(method, params, lambda _: None)
    return crowd


def edit(text: str) -> tuple[str, dict[str, object]]:
    return "editMessageText", {"chat_id": READER, "message_id": 7, "text": text}


async def test_the_right_edit_counts_once_and_the_same_again_is_not_seen() -> None:
    account = (await account_of(edit("two"), edit("two"))).finish()

    assert len(account.milliseconds) == 1
    assert (account.repeated, account.edits_seen_twice) == (1, 0)


async def test_an_older_page_coming_back_is_seen() -> None:
    account = (await account_of(edit("two"), edit("one"))).finish()

    assert account.edits_seen_twice == 1


async def test_the_same_message_twice_in_a_chat_is_seen() -> None:
    send = "sendMessage", {"chat_id": 10_000_001, "text": "menu"}
    account = (await account_of(send, send, words=100)).finish()

    assert account.sends_seen_twice == 1


async def test_what_is_let_go_before_it_is_answered_is_early() -> None:
    ask: dict[str, object] = {"offset": 0, "limit": 100, "timeout": 0}
    crowd = await account_of(("getUpdates", ask), ("getUpdates", ask | {"offset": 2}))

    assert crowd.finish().early == 1


def test_a_flood_is_made_again_from_its_seed(tmp_path: Path) -> None:
    fields = [{"name": "text", "types": ["String"], "required": True}]
    description = tmp_path / "api.json"
    types = {"Update": {"fields": []}, "Message": {"fields": fields}, "CallbackQuery": {}}
    description.write_text(json.dumps({"types": types}))
    made = [[updates.next() for _ in range(300)] for updates in _twice(description)]

    assert made[0] == made[1]
    assert len(set(made[0])) > 250


def _twice(description: Path) -> tuple[Updates, Updates]:
    return Updates(description, 7), Updates(description, 7)


def test_a_proof_nobody_knows_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there are kill, lost, flood, soak"):
        prove(Settings.load(), "love", 0, tmp_path, print)
