"""The rules that look at words, one sentence at a time or as a share of sentences.

RULES in findings.py says what each rule asks for.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from bot.core.readability.findings import Notes, quote
from bot.core.readability.rules import Passive, ReadingRules
from bot.core.readability.syllables import is_acronym
from bot.core.readability.words import Block, Hit, Lexicon, Sentence, Word, fold, sentences_in

PASSIVE_PERCENT: Final = {"simple": 5, "standard": 15, "detailed": 30}
SENTENCES_PER_CLAUSE: Final = 5
SENTENCES_PER_ADDRESS: Final = 3
CAPITALS: Final = 3
_LONGEST_TOKEN: Final = 40
# An abbreviation beside brackets is explained, on whichever side the long form stands.
_EXPLAINED: Final = re.compile(r"\(([^\W_]{2,6})\)|\b([^\W_]{2,6})(?= \()")
_CLAUSE: Final = 8


def lint_words(
    blocks: Sequence[Block],
    rules: ReadingRules,
    level: str,
    defined: Lexicon,
    notes: Notes,
) -> None:
    """R05, R06, R10, R11, R13, R14, R19, R20: jargon, negation, address, signs, idioms."""
    everything = list(sentences_in(blocks, "paragraph", "bullet", "heading", "urgent"))
    body = list(sentences_in(blocks, "paragraph", "bullet"))
    for sentence in everything:
        known = {at for hit in defined.find(sentence.words) for at in range(hit.start, hit.end)}
        for hit in rules.banned.find(sentence.words):
            if level == "simple" or not known.issuperset(range(hit.start, hit.end)):
                what = f"“{sentence.said(hit)}” is jargon"
                notes.add("R06", sentence.line, what, f"say “{hit.note}”")
        _listed("R19", sentence, rules.idioms, "an idiom", notes)
        _negations(sentence, rules, notes)
    explained = {
        fold(match[1] or match[2]) for block in blocks for match in _EXPLAINED.finditer(block.text)
    }
    _abbreviations(everything, rules, defined, explained, notes)
    _signs(blocks, rules, notes)
    _shares(body, rules, level, notes)


def lint_tone(blocks: Sequence[Block], rules: ReadingRules, notes: Notes) -> None:
    """T02, T04, T05: fear, duty, orders about the medicine."""
    for block in blocks:
        for sentence in block.sentences:
            _listed("T02", sentence, rules.fear, "a word that frightens", notes)
            if block.kind in {"paragraph", "bullet"} and not sentence.is_question:
                for hit in rules.duty.find(sentence.words):
                    cure = "say what the reader can do, or begin with the verb"
                    notes.add("T04", sentence.line, f"“{sentence.said(hit)}” commands", cure)
            for hit in rules.orders.phrases.find(sentence.words):
                if _is_order(sentence.words, hit, rules):
                    what = f"“{sentence.said(hit)}” orders a change of treatment"
                    notes.add("T05", sentence.line, what, "send the reader to the prescriber")


def lint_respect(blocks: Sequence[Block], rules: ReadingRules, notes: Notes) -> None:
    """T01 and T03, for every audience: blame and advertising."""
    for block in blocks:
        for sentence in block.sentences:
            _listed("T01", sentence, rules.blame, "a word that blames", notes)
            _listed("T03", sentence, rules.hype, "a word that advertises", notes)


def _listed(rule: str, sentence: Sentence, lexicon: Lexicon, kind: str, notes: Notes) -> None:
    for hit in lexicon.find(sentence.words):
        what = f"“{sentence.said(hit)}” is {kind}"
        notes.add(rule, sentence.line, what, f"say “{hit.note}”")


def _negations(sentence: Sentence, rules: ReadingRules, notes: Notes) -> None:
    cure = "say it in the positive, or make two sentences"
    doubles = list(rules.double_negations.find(sentence.words))
    for hit in doubles:
        what = f"“{sentence.said(hit)}” negates a negation"
        notes.add("R10", sentence.line, what, cure)
    count = sum(1 for hit in rules.negations.find(sentence.words) if not _answers(sentence, hit))
    if count > 1 and not doubles:
        what = f"{count} negations in {quote(sentence.text)}"
        notes.add("R10", sentence.line, what, cure)


def _answers(sentence: Sentence, hit: Hit) -> bool:
    """Whether a negation is a whole answer: "No, ..."."""
    return hit.start == 0 and hit.end < len(sentence.words) and sentence.words[hit.end].pause


def _abbreviations(
    sentences: Sequence[Sentence],
    rules: ReadingRules,
    defined: Lexicon,
    explained: Collection[str],
    notes: Notes,
) -> None:
    known = rules.abbreviations.union(explained)
    for sentence in sentences:
        for hit in rules.refused.find(sentence.words):
            notes.add("R13", sentence.line, f"“{hit.entry}” is an abbreviation", "write it out")
        for word in sentence.words:
            short = word.text.removesuffix("s")
            listed = word.key in known or word in defined or word in rules.mask
            if listed or word.is_number or not short.isupper():
                continue
            if is_acronym(short):
                what = f"“{word.text}” is not explained"
                notes.add("R13", sentence.line, what, "write it out, or explain it at first use")
            if sum(char.isalpha() for char in short) > CAPITALS:
                notes.add(
                    "R14", sentence.line, f"{quote(word.text)} is in capitals", "use small letters"
                )


def _signs(blocks: Sequence[Block], rules: ReadingRules, notes: Notes) -> None:
    for block in blocks:
        line, text = block.passage.line, block.text
        if _nests(text):
            notes.add("R14", line, "brackets inside brackets", "make a sentence of the inner one")
        if not {";", "؛"}.isdisjoint(text):
            notes.add("R14", line, "a semicolon", "use a full stop")
        folded = text.casefold()
        for slash in rules.slashes:
            if slash in folded:
                notes.add("R14", line, f"“{slash}”", "say which of the two you mean")


def _nests(text: str) -> bool:
    depth = 0
    for char in text:
        depth = depth + 1 if char in "([" else max(0, depth - 1) if char in ")]" else depth
        if depth > 1:
            return True
    return False


def _shares(body: Sequence[Sentence], rules: ReadingRules, level: str, notes: Notes) -> None:
    """Rules over the share of sentences: passive, spoken to, with a clause marker."""
    count = len(body)
    passive = [sentence for sentence in body if _is_passive(sentence.words, rules.passive)]
    if count >= rules.min_sentences and 100 * len(passive) > PASSIVE_PERCENT[level] * count:
        what = f"{len(passive)} of {count} sentences are passive, first {quote(passive[0].text)}"
        notes.add("R05", passive[0].line, what, "say who does it")
    spoken = sum(1 for sentence in body if _speaks(sentence.words, rules))
    if count >= SENTENCES_PER_ADDRESS and SENTENCES_PER_ADDRESS * spoken < count:
        what = f"only {spoken} of {count} sentences speak to the reader"
        notes.add("R11", 0, what, "say “you”, or begin with the verb")
    marked = [s for s in body for _ in rules.clauses.find(s.words)]
    if len(marked) > 1 and SENTENCES_PER_CLAUSE * len(marked) > count:
        what = f"{len(marked)} clause markers in {count} sentences, first {quote(marked[0].text)}"
        notes.add("R20", marked[0].line, what, "make two sentences of one")


def _is_passive(words: Sequence[Word], passive: Passive) -> bool:
    alone = passive.before == 0 and passive.after == 0
    auxiliary = participle = -_LONGEST_TOKEN
    for at, word in enumerate(words):
        if word in passive.auxiliaries:
            auxiliary = at
            if at - participle <= passive.after:
                return True
        elif _matches(word, passive.participle.fullmatch) and word not in passive.exceptions:
            participle = at
            if alone or at - auxiliary <= passive.before:
                return True
    return False


def _speaks(words: Sequence[Word], rules: ReadingRules) -> bool:
    return any(
        word in rules.reader or _matches(word, rules.reader_pattern.fullmatch) for word in words
    )


def _matches(word: Word, matcher: Callable[[str], object]) -> bool:
    return len(word.key) <= _LONGEST_TOKEN and matcher(word.key) is not None


def _is_order(words: Sequence[Word], hit: Hit, rules: ReadingRules) -> bool:
    orders, start = rules.orders, hit.start
    starts_clause = start == 0 or words[start].pause
    if not starts_clause and words[start - 1] not in orders.leads:
        return False
    back = start
    while back > 0 and start - back < _CLAUSE and not words[back].pause:
        back -= 1
        if words[back] in orders.frames:
            return False
    if not orders.negation_follows:
        return True
    for word in words[hit.end : hit.end + _CLAUSE]:
        if word.pause:
            return True
        if word in rules.negations:
            return False
    return not any(word in rules.negations for word in words[start : hit.end])
