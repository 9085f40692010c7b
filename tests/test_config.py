"""Settings: what is read, what is refused and in which words, and what never shows."""

import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config import Settings, documented_settings, previous_key, require_for_run, secret_key
from bot.errors import ConfigError

TOKEN = "123456:Very-Secret_Word"  # noqa: S105 -- no bot has it
KEY = "0123-not-random-but-long-enough-k3y"
PASSWORD = "hunter2"  # noqa: S105 -- likewise

NAMES = [
    "BOT_TOKEN",
    "BOT_API_URL",
    "BOT_DATABASE_URL",
    "BOT_SECRET_KEY",
    "BOT_SECRET_KEY_FILE",
    "BOT_SECRET_KEY_PREVIOUS",
    "BOT_SECRET_KEY_PREVIOUS_FILE",
    "BOT_CONTACT",
    "BOT_WEBHOOK_URL",
    "BOT_WEBHOOK_SECRET",
    "BOT_HOST",
    "BOT_PORT",
    "BOT_SANDBOX_PORT",
    "BOT_CONTENT_DIR",
    "BOT_LOCALES_DIR",
    "BOT_CACHE_DIR",
    "BOT_MIN_STATUS",
    "BOT_DOSES",
    "BOT_RICH",
    "BOT_LOG_LEVEL",
]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def refused(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        Settings.load()
    everything = "".join(traceback.format_exception(caught.value))
    assert not [value for value in environment.values() if value in everything]
    return str(caught.value)


def test_without_any_variable_the_defaults_of_the_design_hold() -> None:
    settings = Settings.load()
    assert settings.token is None
    assert settings.api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite+aiosqlite:///var/clearleaf.db"
    assert settings.secret_key_file == Path("var/secret.key")
    assert (settings.host, settings.port, settings.sandbox_port) == ("127.0.0.1", 8080, 8081)
    assert (settings.content_dir, settings.locales_dir) == (Path("content"), Path("locales"))
    assert (settings.min_status, settings.doses, settings.rich) == ("submitted", True, False)
    assert settings.log_level == "INFO"


def test_each_setting_is_documented_under_its_fixed_name_with_its_default() -> None:
    documented = documented_settings()
    assert [setting.name for setting in documented] == NAMES
    assert all(setting.description for setting in documented)
    shown = {setting.name: setting.default for setting in documented}
    assert (shown["BOT_DOSES"], shown["BOT_RICH"], shown["BOT_TOKEN"]) == ("on", "off", "")


def test_variables_are_read_trimmed_and_forgiving_about_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "BOT_TOKEN": f"{TOKEN}\n",
        "BOT_API_URL": "http://127.0.0.1:8081/",
        "BOT_DOSES": "off",
        "BOT_RICH": "on",
        "BOT_PORT": "0",
        "BOT_MIN_STATUS": "Approved",
        "BOT_LOG_LEVEL": "debug",
        "BOT_CONTACT": "",
    }.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert settings.api_url == "http://127.0.0.1:8081"
    assert (settings.doses, settings.rich, settings.port) == (False, True, 0)
    assert (settings.min_status, settings.log_level) == ("approved", "DEBUG")
    assert settings.contact is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "no colon in here"),
        ("BOT_TOKEN", "123456:with/slash"),
        ("BOT_API_URL", "ftp://files.example"),
        ("BOT_API_URL", "https://api.example/?x=1"),
        ("BOT_DATABASE_URL", "hunter2@nowhere"),
        ("BOT_SECRET_KEY", "too-short-to-be-a-key"),
        ("BOT_SECRET_KEY", "changeme" * 8),
        ("BOT_SECRET_KEY_PREVIOUS", "too-short-to-be-a-key"),
        ("BOT_WEBHOOK_URL", "bot.clinic.invalid"),
        ("BOT_WEBHOOK_SECRET", "has spaces in it"),
        ("BOT_WEBHOOK_SECRET", "x" * 257),
        ("BOT_PORT", "70000"),
        ("BOT_PORT", "eight-thousand"),
        ("BOT_SANDBOX_PORT", "-54321"),
        ("BOT_MIN_STATUS", "Perfect"),
        ("BOT_DOSES", "sometimes"),
        ("BOT_LOG_LEVEL", "CHATTY"),
    ],
)
def test_a_wrong_value_is_named_with_its_cure_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    said = refused(monkeypatch, **{name: value})
    assert said.startswith(f"{name}: ")
    assert "Expected: " in said
    assert "for example " in said


def test_every_wrong_value_gets_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, BOT_PORT="none-at-all", BOT_TOKEN="wrong token")  # noqa: S106 -- likewise
    assert [line.split(":")[0] for line in said.splitlines()] == ["BOT_TOKEN", "BOT_PORT"]


def test_secrets_stay_out_of_everything_printed() -> None:
    settings = Settings(
        token=TOKEN,  # type: ignore[arg-type]
        secret_key=KEY,  # type: ignore[arg-type]
        webhook_secret=KEY,  # type: ignore[arg-type]
        database_url=f"postgresql+asyncpg://bot:{PASSWORD}@db/clearleaf",
    )
    for shown in (repr(settings), str(settings), f"{settings}"):
        assert not [secret for secret in (TOKEN, KEY, PASSWORD) if secret in shown]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_run_is_told_all_that_is_missing_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        require_for_run(Settings(webhook_url="https://bot.clinic.example/t"))
    lines = str(caught.value).splitlines()
    assert [line.split()[0] for line in lines] == [
        "BOT_TOKEN",
        "BOT_SECRET_KEY",
        "BOT_CONTACT",
        "BOT_WEBHOOK_SECRET",
    ]


def test_run_is_content_with_token_key_and_contact() -> None:
    require_for_run(
        Settings(
            token=TOKEN,  # type: ignore[arg-type]
            secret_key=KEY,  # type: ignore[arg-type]
            contact="privacy@clinic.example",
        )
    )


def test_the_key_comes_from_the_variable_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("0123456789abcdef" * 4, "utf-8")
    file = tmp_path / "secret.key"
    both = Settings(secret_key=KEY, secret_key_file=file)  # type: ignore[arg-type]
    assert secret_key(both) == KEY.encode()
    assert secret_key(Settings(secret_key_file=file)) == b"0123456789abcdef" * 4


def test_the_previous_key_comes_by_variable_or_file_and_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "old.key"
    file.write_text(KEY + "\n", "utf-8")
    assert previous_key(Settings()) is None
    assert previous_key(Settings(secret_key=KEY[::-1], secret_key_previous_file=file)) == (  # type: ignore[arg-type]
        KEY.encode()
    )
    same = Settings(secret_key=KEY, secret_key_previous_file=file)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="BOT_SECRET_KEY_PREVIOUS is the same"):
        previous_key(same)
    gone = Settings(secret_key=KEY, secret_key_previous_file=tmp_path / "no.key")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"no\.key is missing"):
        require_for_run(gone)


def test_the_demo_makes_a_key_once_for_its_owner_alone() -> None:
    settings = Settings()
    made = secret_key(settings, create=True)
    file = settings.secret_key_file
    assert len(bytes.fromhex(made.decode())) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert secret_key(settings, create=True) == made
    same_text = Settings(secret_key=file.read_text("utf-8"))  # type: ignore[arg-type]
    assert secret_key(same_text) == made


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64, b"changeme" * 8])
def test_a_useless_key_file_is_named_and_its_content_is_not(content: bytes) -> None:
    file = Path("my.key")
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"BOT_SECRET_KEY_FILE: my\.key") as caught:
        secret_key(Settings(secret_key_file=file), create=True)
    assert not content or repr(content) not in str(caught.value)
    assert file.read_bytes() == content


def test_a_folder_in_place_of_the_key_file_is_explained() -> None:
    Path("folder").mkdir()
    with pytest.raises(ConfigError, match=r"folder cannot be used \(IsADirectoryError\)"):
        secret_key(Settings(secret_key_file=Path("folder")))


def test_reading_settings_does_not_load_the_database_library() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, bot.config; print(*sys.modules)"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[1],
        text=True,
    ).stdout.split()
    assert "bot.config" in loaded
    assert not {"sqlalchemy", "sqlmodel", "alembic"} & set(loaded)
