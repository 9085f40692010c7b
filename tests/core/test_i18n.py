"""From content to catalogs and back: extraction, merge, checks, coverage, and the command."""

import asyncio
import gettext
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import AsyncMock

import polib
import pytest
from typer.testing import CliRunner

from bot import cli, i18n
from bot.bootstrap import Content
from bot.core import catalogs
from bot.core.address import Address, View
from bot.core.catalogs import CATALOG_RULES, Key, SourceText, coverage, extract_texts
from bot.core.catalogs.templates import Templates
from bot.core.catalogs.texts import SERVICE
from bot.core.i18n import DOMAINS, Catalog, Catalogs, load_catalogs
from bot.core.library import Library, load_library
from bot.core.packed import Packed
from bot.core.render import Snapshot, environment
from bot.core.translations import Translations
from bot.core.words import words_for
from bot.errors import ContentError, Problem
from bot.tg import profile
from bot.tg.delivery import App
from tests.conftest import ROOT
from tests.journeys.every_screen import bot_in, reviewed, walk

DAY = date(2026, 11, 21)
MERGERS = [
    pytest.param(None, id="own"),
    pytest.param(
        i18n.find_msgmerge(),
        id="msgmerge",
        marks=pytest.mark.skipif(i18n.find_msgmerge() is None, reason="no GNU msgmerge here"),
    ),
]


# The real content and the running bot


class Recording(gettext.NullTranslations):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[Key] = set()

    def gettext(self, message: str) -> str:
        return self.pgettext("", message)

    def pgettext(self, context: str, message: str) -> str:
        self.asked.add(Key(context, message))
        return message


@pytest.fixture(scope="module")
def real_texts() -> dict[Key, SourceText]:
    return {text.key: text for text in extract_texts(ROOT / "content")}


@pytest.fixture(scope="module")
def asked(content: Content) -> frozenset[Key]:
    recording = Recording()
    catalog = Catalog("en", "English", "ltr", recording)
    assert all(screen.document.blocks for _, screen in walk(bot_in(content, catalog), "en"))
    assert all(screen.document.blocks for _, screen in reviewed(content, catalog))
    typed = Catalog("en", "English", "ltr", recording, typed=True)
    bot_in(content, typed).screens.draw(Address(View.MENU))
    behind = Catalog("eo", "Esperanto", translations=Translations(Packed.of({}), {}, "0"))
    two = replace(content, catalogs=Catalogs({"eo": behind}))
    bot_in(two, catalog).screens.draw(Address(View.LANGUAGE))
    application = cast("App", SimpleNamespace(bot=AsyncMock()))
    asyncio.run(profile.publish(application, (words_for(content.library, catalog),)))
    return frozenset(recording.asked)


def test_what_the_running_bot_asks_for_was_extracted(
    asked: frozenset[Key], real_texts: dict[Key, SourceText]
) -> None:
    assert len(asked) > 100
    assert asked - real_texts.keys() == set()


def _waits_for_its_screen(text: SourceText, library: Library) -> bool:
    """Tell whether data, not code, is why no screen asks for this text today."""
    shown = {library.groups[topic.file.group].title for topic in library.topics.values()}
    empty = [group for group in library.groups.values() if group.title not in shown]
    by_data = {part for group in empty for part in (group.title, group.button)}
    by_data.update(library.labels["source_type"].values())
    by_data.update(library.labels["sandbox"].values())  # the chat page of the demo asks for them
    quiz = library.extras.quiz
    for slug, item in quiz.questions.items() if quiz else ():
        if slug not in library.topics:
            by_data.update((item.ask, item.because, *item.answers))
    # Numbers past the first few of a country; meanings at a level at which no page marks the word.
    files = {("content/urgent/contacts.toml",), ("content/glossary.toml",)}
    return text.key.source in by_data or text.files in files


def test_what_was_extracted_is_asked_for_by_the_running_bot(
    asked: frozenset[Key], real_texts: dict[Key, SourceText], content: Content
) -> None:
    unasked = [text for key, text in real_texts.items() if key not in asked]
    assert [t for t in unasked if not _waits_for_its_screen(t, content.library)] == []


@pytest.mark.parametrize("domain", ["safety", "messages"])
def test_the_templates_in_the_tree_are_up_to_date(
    domain: str, real_texts: dict[Key, SourceText]
) -> None:
    fresh = str(catalogs.catalog_template(real_texts.values(), domain))
    on_disk = (ROOT / "locales" / f"{domain}.pot").read_text("utf-8")
    assert on_disk == fresh, "content changed: run `make i18n`"


def test_safety_holds_what_danger_and_refusals_say(real_texts: dict[Key, SourceText]) -> None:
    for text in real_texts.values():
        folders = ("content/urgent/", "content/disclaimers/", "content/messages/refusal/")
        dangerous = any(file.startswith(folders) for file in text.files)
        assert text.domain == ("safety" if dangerous else "messages"), text


# A toy library


TOY = {
    "facts/a.toml": "",
    "sources.toml": "",
    "seeds.toml": "",
    "reviews.toml": "",
    "glossary.toml": '[risk]\nterm = "risk"\nsimple = "How likely it is."\n'
    'detailed = "How likely it is in a group."\n',
    "groups.toml": '[one]\ntitle = "Group one"\nbutton = "One"\norder = 1\n',
    "labels.toml": '[button]\nmenu = "Menu"\n[text]\npart = "Part %(number)s"\n'
    'who_to_ask = "Whom to ask"\n[spoken]\nmenu = "menu, home"\n[role]\nnurse = "a nurse"\n',
    "urgent/labels.toml": '[button]\nfit = "A fit"\n',
    "urgent/contacts.toml": 'limit_months = 6\n[region.GB]\nname = "Britain"\n'
    'checked = "2026-11"\nemergency = [\n'
    '{ number = "999", confidence = "sure", sources = ["X"], note = "also works", '
    'name = "One Help", hours = "at night" },\n]\n',
    "urgent/fit.md.j2": "{% trans %}Call {{ number }} now.{% endtrans %}\n",
    "disclaimers/general.md.j2": "{% trans %}General information.{% endtrans %}\n",
    "disclaimers/general.professional.md.j2": "{% trans %}For professionals.{% endtrans %}\n",
    "messages/start.md.j2": "{% trans %}Hello.{% endtrans %}\n",
    "layouts/page.md.j2": "{% block answer required %}{% endblock %}\n"
    "{% block more %}{% endblock %}\n",
    "layouts/dates.md.j2": "{% trans %}Written on {{ written }}.{% endtrans %}\n",
    "layouts/status/submitted.md.j2": "{% trans %}Not yet checked.{% endtrans %}\n",
    "topics/driving/topic.toml": 'title = "Can I drive?"\nbutton = "Driving"\ngroup = "one"\n'
    'order = 1\n[review]\nstatus = "submitted"\nwritten = 2026-11-01\ndue = 2027-05-01\n'
    'owner = "team"\n',
    "topics/driving/simple.md.j2": '{% extends "layouts/page.md.j2" %}\n'
    "{% block answer %}\n{% trans %}Do not drive\n   if you feel sleepy.{% endtrans %}\n"
    "{% endblock %}\n"
    "{% block more %}- {% trans %}10% slept [@A-1].{% endtrans %}{% endblock %}\n",
    "topics/driving/simple.caregiver.md.j2": '{% extends "topics/driving/simple.md.j2" %}\n'
    "{% block answer %}{% trans %}Do not let them drive.{% endtrans %}{% endblock %}\n",
    "topics/driving/detailed.md.j2": '{% extends "layouts/page.md.j2" %}\n'
    "{% block answer %}{% trans %}The [risk](word:risk) is higher.{% endtrans %}{% endblock %}\n"
    '{% block more %}{% include "messages/start.md.j2" %}{% endblock %}\n',
}


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Return a folder with content/ and locales/, small enough to know every text of."""
    for name, text in TOY.items():
        _write(tmp_path / "content" / name, text)
    for name in ("locale.toml", "reading.toml"):
        _write(tmp_path / "locales/en" / name, (ROOT / "locales/en" / name).read_text("utf-8"))
    _write(tmp_path / "locales/de/locale.toml", 'name = "Deutsch"\ndirection = "ltr"\n')
    return tmp_path


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _texts(toy: Path) -> dict[Key, SourceText]:
    return {text.key: text for text in extract_texts(toy / "content")}


def _run(toy: Path, msgmerge: str | None = None) -> i18n.Update:
    return i18n.update(toy / "content", toy / "locales", DAY, msgmerge)


def _po(toy: Path, domain: str = "messages") -> polib.POFile:
    return catalogs.read_catalog(toy / f"locales/de/LC_MESSAGES/{domain}.po")


def _entry(toy: Path, source: str) -> polib.POEntry:
    return next(entry for entry in _po(toy) if entry.msgid == source)


def _translate(toy: Path, but: Iterable[str] = (), locale: str = "de") -> None:
    """Translate everything but these sources, into one letter more."""
    for domain in ("safety", "messages"):
        file = catalogs.catalog_file(toy / "locales", locale, domain)
        catalog = catalogs.read_catalog(file)
        for entry in catalog:
            if entry.msgid not in but:
                entry.msgstr = f"ö{entry.msgid}"
        catalogs.write_catalog(file, catalog)


# Extraction


def test_every_kind_of_text_is_extracted_with_its_context(toy: Path) -> None:
    texts = _texts(toy)
    assert {key for key in texts if key.context} == {
        Key("driving:title", "Can I drive?"),
        *(Key("button", label) for label in ("Driving", "One", "Menu", "A fit")),
        Key("word:risk", "risk"),
    }
    plain = {key.source for key in texts if not key.context}
    assert plain >= {"Group one", "Part %(number)s", "Britain", "also works", "a nurse"}
    assert plain >= {"How likely it is.", "How likely it is in a group.", "menu, home"}
    assert plain >= {"Do not drive if you feel sleepy.", "Call %(number)s now."}
    safety = {key.source for key, text in texts.items() if text.domain == "safety"}
    assert safety == {
        *("Call %(number)s now.", "General information.", "For professionals."),
        *("Britain", "also works", "One Help", "at night", "A fit"),
    }


def test_what_is_extracted_is_what_a_template_asks_for(toy: Path) -> None:
    """Trimming and per cent signs are the same on both sides (G4, G5)."""
    recording = Recording()
    env = environment(Snapshot(toy / "content"), Catalog("en", "English", "ltr", recording))
    env.get_template("topics/driving/simple.md.j2").render()
    assert recording.asked == {
        Key("", "Do not drive if you feel sleepy."),
        Key("", "10%% slept [@A-1]."),
    }
    assert recording.asked <= _texts(toy).keys()
    percent = _texts(toy)[Key("", "10%% slept [@A-1].")]
    assert percent.formatted
    assert "%%" in percent.notes[0]


@pytest.mark.parametrize("folder", ["_partials", ".hidden", "messages/_shared"])
def test_folders_with_a_leading_mark_are_not_passed_over(toy: Path, folder: str) -> None:
    _write(toy / "content" / folder / "one.md.j2", "{% trans %}Never miss me.{% endtrans %}")
    assert Key("", "Never miss me.") in _texts(toy)


def test_a_text_of_both_domains_stands_in_safety_alone(toy: Path) -> None:
    _write(toy / "content/messages/again.md.j2", "{% trans %}General information.{% endtrans %}")
    text = _texts(toy)[Key("", "General information.")]
    assert text.domain == "safety"
    assert text.files == ("content/disclaimers/general.md.j2", "content/messages/again.md.j2")


@pytest.mark.parametrize(
    ("source", "line", "rule", "said"),
    [
        ("\n{% trans %}Open", 2, "template", "unclosed translation"),
        ("a\n{% block x %}\n{% endtrans %}", 3, "template", "unknown tag"),
        ("{% trans %}{{ a.b }}{% endtrans %}", 1, "template", "end of print"),
        ("\n\n{% trans %}{% endtrans %}", 3, "trans", "empty"),
        ("{{ gettext(name) }}", 1, "trans", "not written out"),
    ],
)
def test_a_faulty_template_fails_with_file_line_and_cure(
    toy: Path, source: str, line: int, rule: str, said: str
) -> None:
    file = toy / "content/messages/broken.md.j2"
    _write(file, source)
    with pytest.raises(ContentError) as caught:
        _run(toy)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.rule) == (file, line, rule)
    assert said in problem.what
    assert problem.cure
    assert not (toy / "locales/messages.pot").exists()


def test_all_faulty_templates_are_named_at_once(toy: Path) -> None:
    for name in ("a", "b"):
        _write(toy / f"content/messages/{name}.md.j2", "{% trans %}")
    with pytest.raises(ContentError) as caught:
        _texts(toy)
    assert {problem.file.name for problem in caught.value.problems} == {"a.md.j2", "b.md.j2"}


def test_one_source_with_two_plurals_is_a_fault(toy: Path) -> None:
    for name, plural in (("a", "days"), ("b", "weeks")):
        text = "{% trans n=1 %}one{% pluralize n %}" + plural + "{% endtrans %}"
        _write(toy / f"content/messages/{name}.md.j2", text)
    with pytest.raises(ContentError, match="another plural"):
        _texts(toy)


# Merge


@pytest.mark.parametrize("msgmerge", MERGERS)
def test_a_second_run_changes_nothing(toy: Path, msgmerge: str | None) -> None:
    first = _run(toy, msgmerge)
    assert {file.name for file in first.changed} == {
        *("safety.pot", "messages.pot", "safety.po", "messages.po"),
    }
    _translate(toy, but=["Menu"])
    _run(toy, msgmerge)
    assert _run(toy, msgmerge).changed == ()
    for file in (toy / "locales").rglob("*.po*"):
        text = file.read_text("utf-8")
        assert "Date" not in text
        assert not [line for line in text.splitlines() if line.startswith("#:") and ".j2:" in line]


@pytest.mark.parametrize("msgmerge", MERGERS)
def test_a_changed_text_is_fuzzy_with_its_old_source_beside_it(
    toy: Path, msgmerge: str | None
) -> None:
    _run(toy, msgmerge)
    _translate(toy)
    page = toy / "content/topics/driving/simple.md.j2"
    page.write_text(page.read_text("utf-8").replace("if you feel", "for 24 hours if you feel"))
    found = _run(toy, msgmerge)
    entry = _entry(toy, "Do not drive for 24 hours if you feel sleepy.")
    assert entry.fuzzy
    assert entry.previous_msgid == "Do not drive if you feel sleepy."
    assert entry.msgstr == "öDo not drive if you feel sleepy."
    (behind,) = (one for one in found.behind if one.domain == "messages")
    assert (behind.fuzzy, behind.missing) == (1, 0)
    assert str(behind) in found.report()
    held = {(s.level, s.audience) for s in found.standings if not s.served}
    assert held == {("simple", who) for who in ("patient", "professional", "general")}
    # The change is not forgotten by the next run.
    assert _run(toy, msgmerge).changed == ()


@pytest.mark.parametrize("msgmerge", MERGERS)
def test_a_text_that_is_gone_is_kept_as_obsolete_and_comes_back(
    toy: Path, msgmerge: str | None
) -> None:
    _run(toy, msgmerge)
    _translate(toy)
    page = toy / "content/messages/start.md.j2"
    page.write_text("{% trans %}Quite other words than those before.{% endtrans %}")
    _run(toy, msgmerge)
    assert _entry(toy, "Hello.").obsolete
    assert not _entry(toy, "Quite other words than those before.").translated()
    page.write_text(TOY["messages/start.md.j2"])
    _run(toy, msgmerge)
    back = _entry(toy, "Hello.")
    assert back.msgstr == "öHello."
    assert not back.obsolete
    assert not back.fuzzy


@pytest.mark.parametrize("msgmerge", MERGERS)
def test_what_translators_and_their_tools_wrote_stays(toy: Path, msgmerge: str | None) -> None:
    _run(toy, msgmerge)
    file = toy / "locales/de/LC_MESSAGES/messages.po"
    catalog = catalogs.read_catalog(file)
    catalog.metadata["X-Generator"] = "Weblate 5"
    entry = next(entry for entry in catalog if entry.msgid == "Menu")
    entry.msgstr, entry.tcomment = "Menü", "As in our leaflets."
    catalog.save(str(file))
    _run(toy, msgmerge)
    assert _po(toy).metadata["X-Generator"] == "Weblate 5"
    assert _entry(toy, "Menu").tcomment == "As in our leaflets."
    assert _entry(toy, "Menu").msgstr == "Menü"


@pytest.mark.parametrize("msgmerge", MERGERS)
def test_a_text_that_changes_its_domain_takes_its_translation_along(
    toy: Path, msgmerge: str | None
) -> None:
    _run(toy, msgmerge)
    _translate(toy)
    _write(toy / "content/messages/refusal/x.md.j2", "{% trans %}Hello.{% endtrans %}")
    found = _run(toy, msgmerge)
    moved = next(entry for entry in _po(toy, "safety") if entry.msgid == "Hello.")
    assert (moved.msgstr, moved.fuzzy) == ("öHello.", False)
    assert all(standing.served for standing in found.standings)


@pytest.mark.parametrize("msgmerge", MERGERS)
def test_plural_forms_are_those_of_the_language(toy: Path, msgmerge: str | None) -> None:
    _write(
        toy / "content/messages/days.md.j2",
        "{% trans n=number %}{{ n }} day{% pluralize n %}{{ n }} days{% endtrans %}",
    )
    shutil.copytree(toy / "locales/de", toy / "locales/ar")
    _run(toy, msgmerge)
    entry = next(e for e in _po(toy) if e.msgid == "%(n)s day")
    assert entry.msgstr_plural == {0: "", 1: ""}
    arabic = catalogs.read_catalog(toy / "locales/ar/LC_MESSAGES/messages.po")
    six = next(e for e in arabic if e.msgid == "%(n)s day")
    if msgmerge is None:
        assert six.msgstr_plural == dict.fromkeys(range(6), "")
    assert arabic.metadata["Plural-Forms"].startswith("nplurals=6;")


def test_our_own_merge_says_which_texts_are_alike_as_msgmerge_does() -> None:
    texts = [
        ("Ask your doctor first.", "Ask your doctor or a pharmacist first."),
        ("You may feel sleepy the next day.", "You may feel very sleepy the next day."),
        ("No alcohol.", "Gabapentin can slow breathing."),
    ]
    old = catalogs.new_catalog("de")
    template = catalogs.catalog_template((), "messages")
    for before, after in texts:
        old.append(polib.POEntry(msgid=before, msgstr=f"de {before}"))
        template.append(polib.POEntry(msgid=after))
    merged = catalogs.merge(old, template)
    assert [entry.fuzzy for entry in merged[:3]] == [True, True, False]
    assert [entry.msgid for entry in merged.obsolete_entries()] == ["No alcohol."]
    program = i18n.find_msgmerge()
    if program is not None:
        theirs = i18n._with_msgmerge(program, old, template)
        assert str(theirs) == str(merged)


def test_a_fuzzy_translation_never_comes_from_another_context() -> None:
    old = catalogs.new_catalog("de")
    old.append(polib.POEntry(msgid="Stop here now", msgstr="Halt", msgctxt="button"))
    template = catalogs.catalog_template((), "messages")
    template.append(polib.POEntry(msgid="Stop here, now"))
    (entry, *_) = catalogs.merge(old, template)
    assert not entry.msgstr


def test_a_broken_catalog_is_named_and_the_others_are_done(toy: Path) -> None:
    _run(toy)
    shutil.copytree(toy / "locales/de", toy / "locales/es")
    file = toy / "locales/de/LC_MESSAGES/messages.po"
    file.write_text('msgid "a"\nmsgstr "b"\nmsgid "c\n', "utf-8")
    found = _run(toy)
    broken = [problem for problem in found.problems if problem.file == file]
    assert [problem.rule for problem in broken] == ["po-file"]
    assert broken[0].line
    assert {one.locale for one in found.behind} == {"es"}


# Coverage


def _worth(done: dict[Key, bool]) -> Translations:
    """Return translations of all these texts; False stands for a fuzzy one."""
    fuzzy: dict[Key, date | None] = {key: None for key, whole in done.items() if not whole}
    return Translations(Packed.of({key: (key.source,) for key in done}), fuzzy, "0")


def _standings(
    toy: Path, done: dict[Key, bool], slug: str = "driving"
) -> dict[tuple[str, str], str]:
    library = load_library(toy / "content")
    found = coverage(library, extract_texts(toy / "content"), {"de": _worth(done)}, DAY)
    return {(s.level, s.audience): s.reason for s in found if s.topic == slug}


def test_a_page_is_served_only_when_all_of_it_is_translated(toy: Path) -> None:
    done = dict.fromkeys(_texts(toy), True)
    assert set(_standings(toy, done).values()) == {""}
    caregiver_only = done | {Key("", "Do not let them drive."): False}
    assert {who for who, why in _standings(toy, caregiver_only).items() if why} == {
        ("simple", "caregiver")
    }
    del caregiver_only[Key("", "Do not let them drive.")]
    assert _standings(toy, caregiver_only)["simple", "caregiver"] == "1 missing"


@pytest.mark.parametrize(
    ("context", "source", "levels", "audiences"),
    [
        # What a child replaces is not asked of it; what it keeps is.
        (
            "",
            "Do not drive if you feel sleepy.",
            {"simple"},
            {"patient", "professional", "general"},
        ),
        ("", "10%% slept [@A-1].", {"simple"}, None),
        ("", "Hello.", {"detailed"}, None),  # through an include
        ("word:risk", "risk", {"detailed"}, None),
        ("", "How likely it is in a group.", {"detailed"}, None),
        ("", "How likely it is.", set[str](), None),  # a meaning of another level
        ("driving:title", "Can I drive?", {"simple", "detailed"}, None),
        ("", "Not yet checked.", {"simple", "detailed"}, None),
        ("", "Written on %(written)s.", {"simple", "detailed"}, None),
        ("", "Part %(number)s", {"simple", "detailed"}, None),
        ("", "For professionals.", {"simple", "detailed"}, {"professional"}),
    ],
)
def test_a_fuzzy_text_holds_back_exactly_the_pages_that_show_it(
    toy: Path, context: str, source: str, levels: set[str], audiences: set[str] | None
) -> None:
    everybody = {"patient", "caregiver", "professional", "general"}
    done = dict.fromkeys(_texts(toy), True) | {Key(context, source): False}
    held = {page for page, why in _standings(toy, done).items() if why.startswith("1 fuzzy")}
    assert held == {(level, who) for level in levels for who in audiences or everybody}


def test_without_its_safety_texts_a_language_serves_no_page(toy: Path) -> None:
    done = dict.fromkeys(_texts(toy), True)
    del done[Key("button", "A fit")]
    reasons = set(_standings(toy, done).values())
    assert reasons == {"1 of the safety texts missing or fuzzy"}


def test_the_matrix_says_served_or_why_not(toy: Path) -> None:
    done = dict.fromkeys(_texts(toy), True) | {Key("", "Hello."): False}
    library, texts = load_library(toy / "content"), extract_texts(toy / "content")
    table = catalogs.matrix(
        coverage(library, texts, {"de": _worth(done), "ru": _worth({})}, DAY)
    ).splitlines()
    assert table[0].split() == ["topic", "level", "reader", "de", "ru"]
    assert table[1].split()[:4] == ["driving", "simple", "patient", "served"]
    assert "source (1 fuzzy)" in table[-1]
    assert len(table) == 1 + 2 * 4


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% include name %}", "not written out"),
        ("{% extends name %}", "not written out"),
        ('{% include "messages/gone.md.j2" %}', "is missing"),
        ('{% extends "messages/odd.md.j2" %}', "extends itself"),
    ],
)
def test_a_page_whose_parts_cannot_be_known_is_a_fault(toy: Path, source: str, said: str) -> None:
    _write(toy / "content/messages/odd.md.j2", source)
    with pytest.raises(ContentError, match=said):
        Templates(toy / "content").rendered("messages/odd.md.j2")


def test_super_takes_the_parents_texts_in(toy: Path) -> None:
    _write(
        toy / "content/topics/driving/x.md.j2",
        '{% extends "topics/driving/simple.md.j2" %}{% block answer %}{{ super() }}{% endblock %}',
    )
    found = Templates(toy / "content").rendered("topics/driving/x.md.j2")
    assert Key("", "Do not drive if you feel sleepy.") in found


# Checks


def _check(
    toy: Path, entry: polib.POEntry, locale: str = "de", settings: str = ""
) -> list[Problem]:
    folder = toy / "locales" / locale
    _write(folder / "locale.toml", f'name = "x"\n{settings}')
    reading = ROOT / "locales" / locale / "reading.toml"
    _write(folder / "reading.toml", reading.read_text("utf-8"))
    catalog = catalogs.new_catalog(locale)
    catalog.append(entry)
    file = catalogs.catalog_file(toy / "locales", locale, "messages")
    catalogs.write_catalog(file, catalog)
    rules = catalogs.load_locale_rules(toy / "locales", locale)
    return list(catalogs.check_catalog(file, rules))


BROKEN = [
    ("po-placeholder", "", "Call %(number)s now.", "Rufen Sie jetzt an."),
    ("po-placeholder", "", "Call %(number)s now.", "Jetzt %(nummer)s anrufen."),
    ("po-placeholder", "", "Call %(number)s now.", "Jetzt %(number) anrufen."),
    ("po-placeholder", "", "At %(number)s.", "Zu 5 % bei %(number)s."),
    ("po-marks", "", "It can help [@A-1, B-2].", "Es kann helfen."),
    ("po-marks", "", "It can help [@A-1].", "Es kann helfen [@A-2]."),
    ("po-marks", "", "The [risk](word:risk) is low.", "Das [Risiko](word:risiko) ist klein."),
    ("po-marks", "", "Do **not** stop.", "Nicht **aufhören."),
    ("po-marks", "", "Do not stop.", "Nicht <b>aufhören</b>."),
    ("po-marks", "", "Do not stop.", "Nicht < aufhören."),
    ("po-marks", "", "Do not stop.", "- Nicht aufhören."),
    ("po-marks", "", "Do not stop.", "Nicht\naufhören."),
    ("po-number", "", "After 5 to 10 days.", "Nach 5 bis 12 Tagen."),
    ("po-number", "", "After 5 days.", "Nach fünf Tagen."),
    ("po-number", "", "Rested 1,000 people.", "Es ruhten 1,000 Menschen."),
    ("po-number", "", "Take 0.5 less.", "Um 0.5 weniger."),
    ("po-name", "", "Diazepam can calm.", "Lorazepam kann beruhigen."),
    ("po-name", "", "This can calm.", "Ibuprofen kann beruhigen."),
    ("po-bidi", "", "Call now.", "\u2067Jetzt anrufen.\u2069"),
    ("po-bidi", "", "Call now.", "Jetzt anrufen.\u200f"),
    ("po-button", "button", "Menu", "Zur Übersicht über alle Themen"),
    ("po-button", "button", "Menu", "Zur Themenübersicht hin"),
    ("po-title", "x:title", "Can I drive?", "Darf ich danach wieder mit dem Auto selbst fahren?"),
    ("po-english", "", "Call a doctor now.", "Call a doctor now."),
    ("po-space", "", "Call now.", "Jetzt anrufen. "),
    ("po-punctuation", "", "Can I drive?", "Darf ich fahren."),
    ("po-punctuation", "", "Menu", "Menü."),
    ("po-banned", "", "It can make you sleepy.", "Die Somnolenz kommt dann."),
    ("po-term", "", "Its side effects are mild.", "Die Begleiterscheinungen sind leicht."),
]
SOUND = [
    ("de", "", "Call %(number)s now.", "Jetzt %(number)s anrufen."),
    ("de", "", "10%% felt it [@A-1].", "10 %% spürten es [@A-1]."),
    (
        "de",
        "",
        "**No** [risk](word:risk) [@B-2, A-1].",
        "**Kein** [Risiko](word:risk) [@A-1, B-2].",
    ),
    ("de", "", "Half of 1,000 slept 0.5 hours.", "Die Hälfte von 1.000 schlief 0,5 Stunden."),
    ("ru", "", "About 1,000 people.", "Около 1\u00a0000 человек."),
    ("ru", "", "Diazepam can calm.", "Диазепам может успокоить."),
    ("ar", "", "After 5 to 10 days.", "بعد ٥ إلى ١٠ أيام."),
    ("ar", "", "Can I drive?", "هل يمكنني القيادة؟"),
    ("de", "button", "I take it or may take it", "Ich nehme es vielleicht"),
    ("de", "", "Its side effects are mild.", "Die Nebenwirkungen sind leicht."),
    ("de", "", "Call SAMU in Paris", "Call SAMU in Paris"),
    ("de", "", "NHS 111", "NHS 111"),
]
TERMS = '[terms]\n"side effect*" = ["nebenwirkung*"]\n'
NAMES = 'same_as_source = ["Call SAMU in Paris"]\n[names]\ndiazepam = ["diazepam", "диазепам*"]\n'


@pytest.mark.parametrize(("rule", "context", "source", "text"), BROKEN)
def test_each_rule_catches_its_broken_example(
    toy: Path, rule: str, context: str, source: str, text: str
) -> None:
    flags = ["python-format"] if "%" in source else []
    entry = polib.POEntry(msgid=source, msgstr=text, msgctxt=context or None, flags=flags)
    problems = [p for p in _check(toy, entry, settings=TERMS) if p.rule == rule]
    assert problems, f"{rule} did not see {text!r}"
    for problem in problems:
        assert problem.file.name == "messages.po"
        assert problem.file.read_text("utf-8").splitlines()[problem.line - 1].startswith("#,") or (
            "msg" in problem.file.read_text("utf-8").splitlines()[problem.line - 1]
        )
        assert problem.what
        assert problem.cure


@pytest.mark.parametrize(("locale", "context", "source", "text"), SOUND)
def test_sound_translations_pass(
    toy: Path, locale: str, context: str, source: str, text: str
) -> None:
    flags = ["python-format"] if "%" in source else []
    entry = polib.POEntry(msgid=source, msgstr=text, msgctxt=context or None, flags=flags)
    assert _check(toy, entry, locale, NAMES + TERMS.replace('["', '["побочн*", "')) == []


def test_the_name_of_a_service_may_stay(toy: Path) -> None:
    name = "National Poisons Information Centre"
    assert _check(toy, polib.POEntry(msgid=name, msgstr=name, comment=SERVICE)) == []
    assert [problem.rule for problem in _check(toy, polib.POEntry(msgid=name, msgstr=name))]


def test_a_button_between_20_and_28_characters_is_a_warning_only(toy: Path) -> None:
    entry = polib.POEntry(msgid="Menu", msgctxt="button", msgstr="Zur Themenübersicht hin")
    assert [problem.warning for problem in _check(toy, entry)] == [True]


def test_what_is_not_served_is_not_checked(toy: Path) -> None:
    entry = polib.POEntry(msgid="Take 5.", msgstr="Nimm 6!", flags=["fuzzy"])
    assert _check(toy, entry) == []
    assert _check(toy, polib.POEntry(msgid="Take 5.", msgstr="Nimm 6!", obsolete=True)) == []
    assert _check(toy, polib.POEntry(msgid="Take 5.", msgstr="")) == []


def test_plural_forms_are_all_there_and_only_one_and_two_may_leave_out_the_count(
    toy: Path,
) -> None:
    forms = {0: "لا أيام", 1: "يوم", 2: "يومان", 3: "%(n)s أيام", 4: "%(n)s يومًا", 5: "%(n)s يوم"}
    entry = polib.POEntry(
        msgid="%(n)s day",
        msgid_plural="%(n)s days",
        msgstr_plural=dict(forms),
        flags=["python-format"],
    )
    assert _check(toy, entry, "ar") == []
    entry.msgstr_plural = {**forms, 5: "أيام"}
    assert [problem.rule for problem in _check(toy, entry, "ar")] == ["po-placeholder"]
    entry.msgstr_plural = {0: forms[0], 1: forms[1]}
    assert [problem.rule for problem in _check(toy, entry, "ar")] == ["po-plural"]


def test_the_header_says_the_language_and_its_plural_forms(toy: Path) -> None:
    _check(toy, polib.POEntry(msgid="Menu", msgstr="Menü"))
    rules = catalogs.load_locale_rules(toy / "locales", "de")
    file = toy / "locales/de/LC_MESSAGES/messages.po"
    text = file.read_text("utf-8")
    for old, new, rule in (
        ("Language: de", "Language: es", "po-file"),
        ("nplurals=2", "nplurals=3", "po-plural"),
        ("charset=UTF-8", "charset=ASCII", "po-file"),
    ):
        file.write_text(text.replace(old, new), "utf-8")
        assert [problem.rule for problem in catalogs.check_catalog(file, rules)] == [rule]
    file.write_text(text + '\nmsgid "Menu"\nmsgstr "Auswahl"\n', "utf-8")
    assert [problem.rule for problem in catalogs.check_catalog(file, rules)] == ["po-file"]


def test_two_translations_of_one_text_are_a_fault(toy: Path) -> None:
    _run(toy)
    files = [toy / f"locales/de/LC_MESSAGES/{domain}.po" for domain in ("safety", "messages")]
    for file, text in zip(files, ("Allgemeines.", "Auskunft."), strict=True):
        catalog = catalogs.read_catalog(file)
        catalog.append(polib.POEntry(msgid="Some text.", msgstr=text))
        catalogs.write_catalog(file, catalog)
    (problem,) = catalogs.check_domains(*files)
    assert (problem.file, problem.rule) == (files[1], "po-domains")


def test_every_rule_has_a_broken_example() -> None:
    elsewhere = {"po-file", "po-plural", "po-domains"}
    assert {rule for rule, *_ in BROKEN} | elsewhere == CATALOG_RULES.keys()


@pytest.mark.parametrize(
    "settings", ["same_as_source = 3\n", '[names]\ndiazepam = "x"\n', "[names\n", "names = 3\n"]
)
def test_a_faulty_locale_file_is_named(toy: Path, settings: str) -> None:
    _write(toy / "locales/de/locale.toml", f'name = "Deutsch"\n{settings}')
    with pytest.raises(ContentError) as caught:
        catalogs.load_locale_rules(toy / "locales", "de")
    (problem,) = caught.value.problems
    assert problem.file.name == "locale.toml"
    assert problem.line


# What translators are handed


def test_the_readme_for_translators_names_every_rule() -> None:
    readme = (ROOT / "locales/README.md").read_text("utf-8")
    assert [rule for rule in CATALOG_RULES if f"[{rule}]" not in readme] == []


def test_weblate_is_told_where_the_catalogs_are() -> None:
    components = json.loads((ROOT / "locales/.weblate").read_text("utf-8"))
    assert {one["slug"] for one in components} == set(DOMAINS)
    for one in components:
        file = catalogs.catalog_file(Path("locales"), "*", one["slug"])
        assert one["filemask"] == file.as_posix()
        assert one["new_base"] == f"locales/{one['slug']}.pot"


# The command


def _invoke(toy: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[int, str]:
    monkeypatch.setenv("BOT_CONTENT_DIR", str(toy / "content"))
    monkeypatch.setenv("BOT_LOCALES_DIR", str(toy / "locales"))
    result = CliRunner().invoke(cli.app, ["i18n", *options])
    return result.exit_code, result.output


def test_the_command_prints_what_fell_behind(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = _invoke(toy, monkeypatch)
    assert code == 0
    assert "de safety: 0 of 8 translated, 0 fuzzy, 8 missing" in said
    assert "de pages: 0 of 8 whole" in said
    assert "driving simple patient:" in said
    _, said = _invoke(toy, monkeypatch, "--matrix")
    assert "driving  simple    caregiver" in said


def test_the_command_fails_on_a_faulty_catalog_or_template(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _invoke(toy, monkeypatch)
    file = toy / "locales/de/LC_MESSAGES/messages.po"
    catalog = catalogs.read_catalog(file)
    next(e for e in catalog if e.msgid == "Part %(number)s").msgstr = "Teil"
    catalogs.write_catalog(file, catalog)
    code, said = _invoke(toy, monkeypatch)
    assert code == 1
    assert "po-placeholder" in said
    _write(toy / "content/messages/broken.md.j2", "{% trans %}")
    code, said = _invoke(toy, monkeypatch)
    assert code == 1
    assert "broken.md.j2:1: template:" in said


def test_a_translators_sentence_reaches_the_reader_and_a_fuzzy_one_does_not(toy: Path) -> None:
    _run(toy)
    _translate(toy)
    catalog = load_catalogs(toy / "locales")["de"]
    assert catalog.text("Hello.") == "öHello."
    assert catalog.text("Driving", "button") == "öDriving"
    assert catalog.text("General information.") == "öGeneral information."
    file = toy / "locales/de/LC_MESSAGES/messages.po"
    fuzzy = catalogs.read_catalog(file)
    next(e for e in fuzzy if e.msgid == "Hello.").flags = ["fuzzy"]
    catalogs.write_catalog(file, fuzzy)
    assert load_catalogs(toy / "locales")["de"].text("Hello.") == "Hello."
