"""A clinician tries a new rule of triage in the studio before anybody pastes it."""

import asyncio
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from httpx import AsyncClient

from bot.core.safety.triage import Triage
from bot.studio.workbench import Workbench
from tests.conftest import ROOT
from tests.content.conftest import Workspace
from tests.studio.test_studio_pages import browser

FORM = {
    "try": "1",
    "locale": "en",
    "rule": "frozen-lake",
    "kind": "breathing",
    "concepts": "lake = fell through the ice, under the ice\nprefix = lake trip",
    "all": "lake",
    "none": "prefix",
    "hits": "he fell through the ice\nshe is under the ice",
    "traps": "the lake is frozen\nlake trip: she fell through the ice on tv",
}
RULES = """[concepts]
asleep = ["asleep"]

[rule.asleep]
kind = "unresponsive"
all = ["asleep"]
hits = ["asleep"]
"""


@pytest.fixture
def rules(library: Workspace) -> Path:
    """Triage with one rule, and none of the thousands of examples."""
    file = library.locales / "en" / "triage.toml"
    file.write_text(RULES, "utf-8")
    return file


async def tried(client: AsyncClient, **change: str) -> str:
    answer = await client.get("/rule", params=FORM | change)
    assert answer.status_code == 200, answer.text
    return re.sub(r"[ \t]+", " ", unescape(answer.text))


def pasted(text: str) -> str:
    """Return the rule file with what the page gives pasted where it says."""
    concepts, rule = re.findall(r'<pre class="toml"><code>(.*?)</code>', text, re.DOTALL)
    return f"{RULES.replace('[concepts]', f'[concepts]{chr(10)}{concepts}')}\n{rule}"


async def test_a_rule_that_keeps_its_word_is_given_to_paste(bench: Workbench, rules: Path) -> None:
    async with browser(bench) as client:
        assert "/rule" in (await client.get("/ask")).text
        text = await tried(client)
    assert "0 hits missed, 0 traps alarmed" in text
    assert 'lake = ["fell through the ice", "under the ice"]\n' in text
    assert '[rule.frozen-lake]\nkind = "breathing"\ncertainty = "clear"\nall = ["lake"]\n' in text
    await asyncio.to_thread(stands, rules, pasted(text))


def stands(rules: Path, text: str) -> None:
    """Nothing was written; and what is pasted has no fault."""
    assert rules.read_text("utf-8") == RULES
    rules.write_text(text, "utf-8")
    assert [p for p in Triage.check(rules.parents[1]) if not p.warning] == []


async def test_missed_hits_and_alarmed_traps_are_named(bench: Workbench, rules: Path) -> None:
    async with browser(bench) as client:
        text = await tried(
            client, hits=f"{FORM['hits']}\nshe went in\nasleep", traps="lake: under the ice"
        )
    assert "2 hits missed, 1 trap alarmed" in text
    assert '>she went in</th><td>hit</td><td class="fail">silent: missed</td>' in text
    assert '>lake: under the ice</th><td>trap</td><td class="fail">clear: alarmed</td>' in text
    assert "unresponsive, clear (asleep)" in text, "what triage says of it today"
    assert "To paste" not in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"hits": " "}, "give phrases that the rule must catch"),
        ({"traps": ""}, "and some that it must not"),
        ({"rule": "Two words"}, "give the rule a name"),
        ({"concepts": "lake"}, "write name = word, two words"),
        ({"locale": "../en"}, "there is no triage.toml"),
        ({"all": "sea"}, "unknown concept"),
        ({"rule": "asleep"}, "not valid TOML"),
    ],
)
async def test_what_can_be_no_rule_is_said(
    bench: Workbench, rules: Path, change: dict[str, str], why: str
) -> None:
    async with browser(bench) as client:
        assert why in await tried(client, **change)


async def test_a_refusal_is_tried_beside_all_real_rules(
    bench: Workbench, library: Workspace
) -> None:
    for locale in ("en", "es"):
        (library.locales / locale).mkdir(exist_ok=True)
        real = ROOT / "locales" / locale / "triage.toml"
        shutil.copyfile(real, library.locales / locale / "triage.toml")
    async with browser(bench) as client:
        text = await tried(
            client,
            kind="refusal.purchase",
            concepts="moonshop = moon shop",
            all="moonshop",
            none="",
            hits="where is the moon shop",
            traps="the moon is full",
        )
    assert "0 hits missed, 0 traps alarmed" in text
    assert "[refusal.purchase.frozen-lake]\nall" in text
