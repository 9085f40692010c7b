"""Settings, read once from the environment by whoever starts the program.

Nothing is read at import time. Secrets are `SecretStr`; what can carry a password stays out of
`repr`, and no error repeats the value it complains about.
"""

import os
import re
from pathlib import Path
from secrets import token_hex
from typing import Literal, NamedTuple, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError

PREFIX = "BOT_"
MIN_KEY_CHARACTERS = 32
# Random text of that length has more with near certainty, even in hexadecimal digits; a word
# repeated, or a placeholder, has fewer.
MIN_KEY_DIFFERENT = 8

MinStatus = Literal["submitted", "under_review", "approved"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

# The shape that Telegram gives out ("id:secret"); anything else would break the request path.
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
# Bot API, setWebhook, `secret_token`.
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
# Host or [IPv6], port, path; no user, query or fragment, which would have no meaning here.
_WEB_ADDRESS = re.compile(
    r"https?://([^\s/?#@:\[\]]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[^\s?#]*)?"
)


class Documented(NamedTuple):
    """One setting as the README shows it; `default` is what a person would type, or empty."""

    name: str
    default: str
    description: str


class Settings(BaseSettings):
    """Every setting of the program; immutable, an empty variable counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=False,
    )

    token: SecretStr | None = Field(
        default=None,
        description="the token BotFather gave to the bot; `run` needs it, `demo` does not",
        examples=["<digits>:<letters and digits>"],
    )
    api_url: str = Field(
        default="https://api.telegram.org",
        description="address of the Bot API server; "
        "calls go to `<BOT_API_URL>/bot<token>/<method>`",
        examples=["https://api.telegram.org"],
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///var/clearleaf.db",
        repr=False,
        description="where remembered choices are kept: `sqlite+aiosqlite:///<file>` "
        "or `postgresql+asyncpg://<user>:<password>@<host>/<name>`",
        examples=["sqlite+aiosqlite:///var/clearleaf.db"],
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="key of the hash that stands for a reader in the database, at least "
        f"{MIN_KEY_CHARACTERS} characters; wins over `BOT_SECRET_KEY_FILE`",
        examples=["<64 random hexadecimal digits>"],
    )
    secret_key_file: Path = Field(
        default=Path("var/secret.key"),
        description="file that holds that key; `demo` makes it if it is missing, `run` does not",
        examples=["var/secret.key"],
    )
    secret_key_previous: SecretStr | None = Field(
        default=None,
        description="the key before this one, while rows move over to the new key; "
        "wins over `BOT_SECRET_KEY_PREVIOUS_FILE`",
        examples=["<64 random hexadecimal digits>"],
    )
    secret_key_previous_file: Path | None = Field(
        default=None,
        description="file that holds the key before this one",
        examples=["var/secret.key.previous"],
    )
    contact: str | None = Field(
        default=None,
        description="whom readers can write to about their data, shown by /privacy; "
        "`run` needs it",
        examples=["privacy@clinic.example"],
    )
    webhook_url: str | None = Field(
        default=None,
        description="public address Telegram delivers to, served under its path; "
        "not set: long polling",
        examples=["https://bot.clinic.example/telegram"],
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="proof that a delivery comes from Telegram: 1-256 of `A-Z a-z 0-9 _ -`; "
        "goes with `BOT_WEBHOOK_URL`",
        examples=["<64 random hexadecimal digits>"],
    )
    host: str = Field(
        default="127.0.0.1",
        description="where the web service (webhook, health, metrics) listens",
        examples=["0.0.0.0"],  # noqa: S104 -- an example for containers, not a default
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="port of the web service; 0 takes a free one",
        examples=["8080"],
    )
    sandbox_port: int = Field(
        default=8081,
        ge=0,
        le=65535,
        description="port of the demo's chat page and local Bot API; 0 takes a free one",
        examples=["8081"],
    )
    content_dir: Path = Field(
        default=Path("content"),
        description="folder of the source texts",
        examples=["content"],
    )
    locales_dir: Path = Field(
        default=Path("locales"),
        description="folder of the translations",
        examples=["locales"],
    )
    cache_dir: Path = Field(
        default=Path("var/cache"),
        description="folder for what the program can work out again, so that it starts faster; "
        "deleting it is always safe",
        examples=["var/cache"],
    )
    min_status: MinStatus = Field(
        default="submitted",
        description="the least review a page needs to be served: "
        "`submitted`, `under_review` or `approved`",
        examples=["approved"],
    )
    doses: bool = Field(
        default=True,
        description="`off` removes dose figures from the pages for health professionals",
        examples=["off"],
    )
    rich: bool = Field(
        default=False,
        description="reserved for Telegram's rich messages; has no effect yet",
        examples=["on"],
    )
    log_level: LogLevel = Field(
        default="INFO",
        description="how much is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`",
        examples=["INFO"],
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment; ConfigError names each variable at fault and its cure."""
        try:
            return cls()
        except ValidationError as fault:
            lines = [
                _complaint(str(error["loc"][0]), error["msg"])
                for error in fault.errors(
                    include_url=False, include_context=False, include_input=False
                )
            ]
        # Raised outside the handler: a chained ValidationError would carry the values along.
        raise ConfigError("\n".join(lines))

    @field_validator("*", mode="before")
    @classmethod
    def _tidy(cls, value: object, info: ValidationInfo) -> object:
        # Mounted secrets often end in a newline; nobody should have to know our case.
        if not isinstance(value, str):
            return value
        tidied = {"min_status": str.lower, "log_level": str.upper}
        return tidied.get(info.field_name or "", str)(value.strip())

    @field_validator("token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("does not look like a bot token")
        return value

    @field_validator("secret_key", "secret_key_previous")
    @classmethod
    def _key_strength(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (fault := _weakness(value.get_secret_value())):
            raise ValueError(fault)
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("has characters Telegram refuses, or more than 256")
        return value

    @field_validator("api_url", "webhook_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not _WEB_ADDRESS.fullmatch(value):
            raise ValueError("is not a plain web address that starts with https:// or http://")
        return value and value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str) -> str:
        if "://" not in value:
            raise ValueError("is not a database address")
        return value


def documented_settings() -> list[Documented]:
    """List every setting in the order of the README: variable, default, meaning."""
    return [
        Documented(_variable(name), _shown(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def require_for_run(settings: Settings) -> None:
    """Raise one ConfigError that lists everything `run` still misses; return if nothing."""
    missing: list[str] = []
    if settings.token is None:
        missing.append("BOT_TOKEN is not set: ask @BotFather for a token (or try `make demo`)")
    try:
        secret_key(settings)
        previous_key(settings)
    except ConfigError as fault:
        missing.append(str(fault))
    if settings.contact is None:
        missing.append(
            "BOT_CONTACT is not set: name whom readers can write to about their data, "
            "an e-mail or postal address"
        )
    if settings.webhook_url is not None and settings.webhook_secret is None:
        missing.append(
            "BOT_WEBHOOK_SECRET is not set: with BOT_WEBHOOK_URL it keeps forged updates out; "
            "choose a long random word"
        )
    if missing:
        raise ConfigError("\n".join(missing))


def secret_key(settings: Settings, *, create: bool = False) -> bytes:
    """Return the key of the reader hash: BOT_SECRET_KEY, else the text of the key file.

    The same text gives the same key by either way. With `create` a missing file is made,
    readable by its owner only, from 32 bytes of the system's randomness. ConfigError when
    there is no usable key.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    return _key_of_file("BOT_SECRET_KEY", settings.secret_key_file, create=create)


def previous_key(settings: Settings) -> bytes | None:
    """Return the key in use before this one, None where there is none.

    ConfigError when it cannot be read, or is the same as the key in use.
    """
    key: bytes | None = None
    if settings.secret_key_previous is not None:
        key = settings.secret_key_previous.get_secret_value().encode()
    elif settings.secret_key_previous_file is not None:
        key = _key_of_file("BOT_SECRET_KEY_PREVIOUS", settings.secret_key_previous_file)
    if key is not None and key == secret_key(settings):
        raise ConfigError(
            "BOT_SECRET_KEY_PREVIOUS is the same as BOT_SECRET_KEY: give the bot a new key, or "
            "leave the previous one out"
        )
    return key


def _key_of_file(name: str, path: Path, *, create: bool = False) -> bytes:
    try:
        if create:
            _make_key_file(path)
        text = path.read_text("utf-8").strip()
    except FileNotFoundError:
        raise ConfigError(
            f"{name} is not set and {path} is missing: set {name} to at least "
            f"{MIN_KEY_CHARACTERS} random characters, or point {name}_FILE to a key file"
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(
            f"{name}_FILE: {path} cannot be used ({type(fault).__name__}): give this "
            f"program the right to it, or set {name}"
        ) from None
    if weakness := _weakness(text):
        raise ConfigError(f"{name}_FILE: {path} {weakness}: put a longer random text into it")
    return text.encode()


def _weakness(key: str) -> str | None:
    """Return what is wrong with a key; it cannot be told whether it is random, only if not."""
    if len(key) < MIN_KEY_CHARACTERS:
        return f"is shorter than {MIN_KEY_CHARACTERS} characters"
    if len(set(key)) < MIN_KEY_DIFFERENT:
        return f"has fewer than {MIN_KEY_DIFFERENT} different characters, so it is not random"
    return None


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token_hex(32) + "\n")


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _complaint(field: str, message: str) -> str:
    info = Settings.model_fields[field]
    fault = message.removeprefix("Value error, ")
    example = (info.examples or [""])[0]
    return f"{_variable(field)}: {fault}. Expected: {info.description}; for example {example}"


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default is None else str(default)
