"""From a save to the words in the page, measured at a real studio over the real content."""

import re
import shutil
from pathlib import Path

import pytest

from bot.bench.growth import grow_catalog
from bot.bench.saving import Kind, kinds, measured
from bot.core.i18n import load_catalogs
from bot.errors import BotError
from tests.conftest import ROOT


def test_each_kind_of_save_is_seen_and_the_files_are_as_before(tmp_path: Path) -> None:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    before = {kind.file: (tmp_path / kind.file).read_bytes() for kind in kinds()}
    found = measured(tmp_path, 1)
    assert {name: len(seconds) for name, seconds in found.items()} == {
        "template": 1,
        "label": 1,
        "catalog": 1,
    }
    assert all(0 < seconds[0] < 30 for seconds in found.values())
    assert {file: (tmp_path / file).read_bytes() for file in before} == before


def test_a_file_without_the_words_is_named() -> None:
    one = kinds()[0]
    with pytest.raises(BotError, match=re.escape(one.file)):
        Kind(one.name, one.file, one.page, one.words).saved("nothing of it", "mark")


def test_a_larger_library_has_its_translations(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    file = tmp_path / "locales" / "es" / "LC_MESSAGES" / "messages.po"
    before = file.read_text("utf-8").count("\nmsgid ")
    cited = len(re.findall(r'\nmsgid "(?:[^"\\]|\\.)*\[@', file.read_text("utf-8")))
    assert cited > 100
    grow_catalog(file, 3)
    assert file.read_text("utf-8").count("\nmsgid ") >= before + 2 * cited
    assert "es" in load_catalogs(tmp_path / "locales")
