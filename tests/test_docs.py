"""The documents tell the truth: settings, commands, verbs, links, rules."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from bot.cli import app
from bot.config import Documented, documented_settings
from bot.core.checks import RULES
from bot.core.readability import RULES as READING_RULES
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
GUIDES = ("README.md", "CONTRIBUTING.md", "content/README.md", "locales/README.md")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
# Package indexes under whatever name, and the homes where people keep their checkouts.
_HOSTS = r"\b(?:pypi|pythonhosted)\.(?:org|io)\b"
_INDEX = re.compile(rf"(?m){_HOSTS}|--(?:extra-)?index-url\b|/simple/?$")
_HOMES = "home|Users|root|work|workspace"
_MACHINE = re.compile(rf"(?<![\w.<>/-])/(?:{_HOMES})/[\w.-]+|\b[A-Z]:\\Users\\\\")


@pytest.mark.parametrize("setting", documented_settings(), ids=lambda setting: setting.name)
def test_readme_has_every_setting_with_its_default(setting: Documented) -> None:
    rows = [line for line in README.splitlines() if line.startswith(f"| `{setting.name}` |")]
    assert len(rows) == 1, f"README.md has {len(rows)} rows for {setting.name}"
    shown = rows[0].split("|")[2].strip().strip("`")
    assert shown == setting.default


def test_readme_has_no_setting_that_is_gone() -> None:
    told = set(re.findall(r"\bBOT_[A-Z_]+\b", README))
    assert told <= {setting.name for setting in documented_settings()}


def _commands() -> list[str]:
    root = typer.main.get_command(app)
    names = []
    for name, command in getattr(root, "commands", {}).items():
        inner = getattr(command, "commands", None)
        names += [f"{name} {one}" for one in inner] if inner else [name]
    return names


@pytest.mark.parametrize("command", _commands())
def test_readme_has_every_command(command: str) -> None:
    rows = [line for line in README.splitlines() if line.startswith("| ") and "`" in line]
    assert any(f"`{command}`" in row.split("|")[1] for row in rows), command


def test_readme_has_no_command_that_is_gone() -> None:
    table = README.partition("| command | what it does |")[2]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = {name for cell in cells for name in re.findall(r"`([a-z0-9 ]+)`", cell)}
    assert told == set(_commands())


def test_make_help_lists_every_verb_and_the_guides_name_them() -> None:
    make = shutil.which("make")
    assert make, "make is one of the two things the README asks for"
    shown = subprocess.run(  # noqa: S603 - our own Makefile
        [make, "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    verbs = phony[1].split()
    unlisted = [v for v in verbs if not re.search(rf"^\s+make {v}\b", shown, re.MULTILINE)]
    assert not unlisted, f"`make help` does not list {unlisted}"
    unnamed = [verb for verb in verbs if f"make {verb}" not in README + CONTRIBUTING]
    assert not unnamed, f"neither README nor CONTRIBUTING names `make` {unnamed}"


@pytest.mark.parametrize("guide", GUIDES)
def test_every_relative_link_leads_to_a_file(guide: str) -> None:
    file = ROOT / guide
    text = _CODE.sub("", file.read_text("utf-8"))
    links = [link for link in _LINK.findall(text) if "://" not in link]
    gone = [link for link in links if not (file.parent / link).exists()]
    assert not gone


def test_content_readme_has_every_rule_as_the_program_words_it() -> None:
    text = (ROOT / "content" / "README.md").read_text("utf-8")
    section = text.partition("\n## Rules\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    expected = [
        f"| `{rule}` | {asks.replace('|', chr(92) + '|')} |"
        for rules in (RULES, READING_RULES)
        for rule, asks in rules.items()
    ]
    assert rows == expected, "the table must be:\n" + "\n".join(expected)


def _files_in_git() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(  # noqa: S603 - a fixed command
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_file_names_a_package_index_or_somebodys_machine() -> None:
    found = []
    for file in _files_in_git():
        if not file.is_file():
            continue
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for pattern in (_INDEX, _MACHINE):
            match = pattern.search(text)
            if match:
                found.append(f"{file.relative_to(ROOT)}: {match.group()}")
    assert not found, "\n".join(found)
