"""Every content rule in one line. The reading rules (F, R and T) are in bot.core.readability."""

from typing import Final

RULES: Final[dict[str, str]] = {
    "toml": "Every .toml file can be read.",
    "schema": "Keys and values are those content/README.md lists.",
    "missing-file": "The files every library needs are there.",
    "template": "A template can be rendered, with every block its layout requires.",
    "markdown": "Only paragraphs, lists, bold, links and our own marks, none of them misspelt.",
    "no-logic": "No conditions, loops, filters or calls in a template: a reading level is a file.",
    "unknown-variable": "A template uses only the variables its folder is given.",
    "unwritten": "Nothing of a new topic is left to be written.",
    "untranslated": "Every word a reader sees stands in {% trans %}.",
    "variant": "Files are named <level>[.<audience>].md.j2, and all three levels are there.",
    "caregiver": "A topic has caregiver files, or says why the general ones serve.",
    "slug": "Slugs of topics and parts fit a button.",
    "part-id": "Every heading has an id, once per page, and no level has one the fullest lacks.",
    "first-message": "The answer has at most 2 sentences, the key points are 3 to 5.",
    "size": "Every part with its frame fits one Telegram message.",
    "label": "Labels fit: a button 20 characters, 28 where it stands alone in its row.",
    "who-to-ask": "Every page says whom to ask next.",
    "cites": "Every medical paragraph and bullet cites a fact.",
    "fact": "Every cited fact exists and has not been withdrawn, in the glossary too.",
    "fact-audience": "A fact is told only to those it is for.",
    "fact-source": "Every fact has sources, and every one of them exists.",
    "source-state": "A source that replaces another exists; no text leans on a source that was "
    "retracted or replaced (warns).",
    "fact-link": "Facts in `conflicts` and `see` exist; conflicts are named on both sides.",
    "number": "A number in a sentence stands in a fact that the sentence cites; for patients and "
    "caregivers in its `plain` or `numbers`, where it has `plain` (warns at detailed).",
    "dose": "Dose figures, in digits or words, and facts marked `dose` stand only in the doses "
    "block of professional files (such a fact elsewhere in them warns).",
    "levels-agree": "A plainer level cites only facts that a fuller level of the topic cites too.",
    "keep": "A warning marked `keep` that the fullest page gives is on every page of the topic, "
    "the caregivers' and the professionals' too.",
    "stopping": "Patient and caregiver pages with a word about stopping warn of a sudden stop.",
    "emergency": "A patient or caregiver page that names signs of danger says where to get help "
    "at once (the mere word overdose warns).",
    "differs": "Facts that conflict stand in a box that says who says what (warns at simple and "
    "for professionals).",
    "word": "Every glossary mark points at an entry, and every entry is used.",
    "unused": "Every fact and source is used (warns).",
    "review": "The next check is due within 12 months (high risk 6) of writing, somebody sees to "
    "it, and it is not over (warns); no page approves itself; `moved_to` names another topic that "
    "is served; an approval is of the text as it is now (warns).",
    "disclaimer": "A disclaimer speaks to its reader: professionals have words of their own "
    'without "you", and so have caregivers where patients are told "you".',
    "related": "Related topics exist, are at most 3 others and not retired; disclaimers and seed "
    "claims exist.",
    "reachable": "Another topic leads to each topic that is not retired (warns).",
    "seed": "Facts that seeds.toml names exist, and the page that settles a contradiction is "
    "served and cites one of its facts (no page yet: warns).",
    "contacts": "contacts.toml can be read: each country has a name, a check and a number.",
    "contact-age": "A phone number was checked not longer ago than its limit.",
    "duplicate-fact": "A fact id is given once.",
    "group": "A topic's group exists.",
    "locale-file": "Every locale.toml can be read.",
    "questions": "Example questions are lists of texts, for every topic there is (warns).",
    "reading.toml": "A language's reading rules can be read.",
    "compare": "Every option has a cell for every row and pain, as long for harm as for help; no "
    "cell says you; each says what it rests on or that it is not known.",
    "visit": "Every question has a bit of its own; a set has 5 to 9 questions, and their sources "
    "fit one screen.",
    "quiz": "Every question belongs to a topic, its right answer is one of its answers; every "
    "topic has a question (warns).",
}
