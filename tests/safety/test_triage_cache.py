"""What one start has learnt serves the next one, and only for the very same files."""

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.safety import Triage

ROOT = Path(__file__).parents[2]
MESSAGES = (
    "my mother will not wake up",
    "he took 20 tablets and some wodka",
    "I am not suicidal, I only ask",
    "this pain is killing me",
    "where can i buy some without a prescription",
    "mi hijo se tragó tres pastillas",
    "ich kann nicht mehr atmen",
    "how long does it stay in the body",
    "я хочу умереть",
    "overdosse",
    "word " * 200 + "he is lifelass and cold",
)


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two languages' rules, and enough of their examples to learn something in no time."""
    folder = tmp_path_factory.mktemp("languages")
    for locale in ("es", "de"):
        given = ROOT / "locales" / locale
        (folder / locale).mkdir()
        shutil.copy(given / "triage.toml", folder / locale)
        with (folder / locale / "examples.toml").open("w", encoding="utf-8") as file:
            for name, table in tomllib.loads((given / "examples.toml").read_text("utf-8")).items():
                if isinstance(table, dict):
                    file.write(f"[{name}]\n")
                    for kind, phrases in table.items():
                        file.write(f"{kind} = {json.dumps(phrases[:4], ensure_ascii=False)}\n")
    return folder


@pytest.fixture
def copied(languages: Path, tmp_path: Path) -> Callable[[], Path]:
    """Give the same files in another place: to the process they are files never seen."""
    places = iter(range(9))

    def copy() -> Path:
        return Path(shutil.copytree(languages, tmp_path / f"locales{next(places)}"))

    return copy


def explained(triage: Triage) -> list[object]:
    return [(triage.judge(text), triage.explain(text)) for text in MESSAGES]


def test_the_second_start_reads_as_the_first_did(
    languages: Path, copied: Callable[[], Path], tmp_path: Path
) -> None:
    notes: list[str] = []
    plain = explained(Triage.load(languages))
    made = explained(Triage.load(copied(), tmp_path / "var", notes.append))
    assert len(notes) == 1
    assert "not made yet" in notes[0]

    served = Triage.load(copied(), tmp_path / "var", notes.append)

    assert len(notes) == 1
    assert explained(served) == made == plain
    assert served.locales == ("de", "es")


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _replace(file: Path) -> None:
    file.write_bytes(b'{"hello": 1}\n')


def _block(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (_flip, "damaged"),
        (_cut, "damaged"),
        (_replace, "not a cache of this program"),
        (_block, "unreadable"),
    ],
)
def test_a_file_that_is_not_whole_is_told_and_never_used(
    copied: Callable[[], Path], tmp_path: Path, harm: Callable[[Path], None], reason: str
) -> None:
    before = explained(Triage.load(copied(), tmp_path / "var"))
    (file,) = (tmp_path / "var").iterdir()
    harm(file)
    notes: list[str] = []

    after = explained(Triage.load(copied(), tmp_path / "var", notes.append))

    assert after == before
    assert reason in notes[0]


def test_a_change_of_any_file_is_learnt_and_kept(
    copied: Callable[[], Path], tmp_path: Path
) -> None:
    Triage.load(copied(), tmp_path / "var")
    changed = copied()
    text = "der blaue wellensittich zwitschert"
    with (changed / "de" / "examples_zz.toml").open("w", encoding="utf-8") as file:
        file.write(f'[danger]\nfit = ["{text}", "{text} sehr", "{text} jetzt"]\n')
    notes: list[str] = []

    first = Triage.load(changed, tmp_path / "var", notes.append)

    assert "made from other files" in notes[0]
    assert first.read(text)
    assert len(list((tmp_path / "var").iterdir())) == 1


def test_a_disk_that_takes_no_file_only_costs_time(
    languages: Path, copied: Callable[[], Path], tmp_path: Path
) -> None:
    (tmp_path / "var").write_text("a file where the folder should be", "utf-8")
    notes: list[str] = []

    triage = Triage.load(copied(), tmp_path / "var", notes.append)

    assert [("not used" in one, "not written" in one) for one in notes] == [
        (True, False),
        (False, True),
    ]
    assert explained(triage) == explained(Triage.load(languages))
