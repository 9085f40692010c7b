"""The rules that look at words and structure; RULES in findings.py says what each one asks."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bot.core.readability.findings import Finding, severity
from bot.core.readability.rules import Passive, ReadingRules
from bot.core.readability.syllables import is_acronym
from bot.core.readability.words import Block, Hit, Lexicon, Sentence, Word

PARAGRAPH_SENTENCES: Final = {"simple": 3, "standard": 4, "detailed": 5}
LIST_BULLETS: Final = {"simple": 6, "standard": 7, "detailed": 9}
FEWEST_BULLETS: Final = 3
UNIT_WORDS: Final = {"simple": 150, "standard": 300, "detailed": 600}
UNIT_WORDS_PROFESSIONAL: Final = 1200
FIRST_WORDS: Final = {"simple": 60, "standard": 90, "detailed": 120}
PASSIVE_PERCENT: Final = {"simple": 5, "standard": 15, "detailed": 30}
URGENT_WORDS: Final = 10
SENTENCES_PER_CLAUSE: Final = 5
SENTENCES_PER_ADDRESS: Final = 3
CAPITALS: Final = 3
_QUOTE: Final = 80
_LONGEST_TOKEN: Final = 40
_CLAUSE: Final = 8
_LOOSE: Final = 2


class Notes:
    """Collects findings; the same fault again is counted, not repeated."""

    def __init__(self, level: str) -> None:
        self._level = level
        self._found: dict[tuple[str, str], tuple[int, str, bool, int]] = {}

    def add(self, rule: str, line: int, what: str, cure: str, *, warning: bool = False) -> None:
        """Note a fault at the severity of rule and level, or as a warning at most."""
        hardness = severity(rule, self._level)
        if hardness == "off":
            return
        key = (rule, what)
        first, times = (self._found[key][0], self._found[key][3]) if key in self._found else (line, 0)
        self._found[key] = (first, cure, warning or hardness == "warn", times + 1)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings in the order of their lines."""
        return tuple(
            sorted(
                Finding(line, rule, what if times == 1 else f"{what} ({times} times)", cure, warning)
                for (rule, what), (line, cure, warning, times) in self._found.items()
            ),
        )


def quote(text: str) -> str:
    """Return the beginning of a text, fit for one line of a report."""
    short = " ".join(text[: _QUOTE * 2].split())
    return f"“{short[:_QUOTE]}…”" if len(short) > _QUOTE else f"“{short}”"


def lint_lengths(blocks: Sequence[Block], rules: ReadingRules, level: str, notes: Notes) -> None:
    """R01: mean and longest sentence, and the short sentences of the urgent block."""
    limit = rules.sentence[level]
    body = list(_sentences(blocks, "paragraph", "bullet"))
    if body:
        mean = sum(len(sentence.words) for sentence in body) / len(body)
        if mean > limit.mean:
            what = f"sentences have {mean:.1f} words on average, {limit.mean:g} are allowed"
            notes.add("R01", 0, what, "split the longest sentences")
    urgent = _sentences(blocks, "urgent")
    for sentence, most in [*((one, limit.longest) for one in body), *((u, URGENT_WORDS) for u in urgent)]:
        if len(sentence.words) > most:
            what = f"{len(sentence.words)} words, {most:g} are allowed: {quote(sentence.text)}"
            notes.add("R01", sentence.line, what, "make two sentences of it")


def lint_unit_length(blocks: Sequence[Block], most: int, first_most: int | None, notes: Notes) -> None:
    """R04: words of the unit's paragraphs and bullets, and those of its first message."""
    body = [block for block in blocks if block.kind in {"paragraph", "bullet"}]
    words = sum(block.words for block in body)
    if words > most:
        what = f"the unit has {words} words, {most} are allowed"
        notes.add("R04", 0, what, "leave out, or move to a more detailed level")
    first = sum(block.words for block in body if block.passage.first)
    if first_most is not None and first > first_most:
        what = f"the first message has {first} words, {first_most} are allowed"
        notes.add("R04", 0, what, "put the answer first and move the rest down")


def lint_structure(blocks: Sequence[Block], level: str, notes: Notes) -> None:
    """R02 and R03: sentences per paragraph, bullets per list."""
    bullets: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and block.kind == "bullet":
            bullets.append(block)
            continue
        if bullets:
            _list_length(len(bullets), bullets[0].passage.line, level, notes)
            bullets = []
        if block is not None and block.kind == "paragraph":
            most, count = PARAGRAPH_SENTENCES[level], len(block.sentences)
            if count > most:
                what = f"a paragraph has {count} sentences, {most} are allowed"
                notes.add("R02", block.passage.line, what, "begin a new paragraph or a list")


def _list_length(count: int, line: int, level: str, notes: Notes) -> None:
    if count > LIST_BULLETS[level]:
        what = f"a list has {count} bullets, {LIST_BULLETS[level]} are allowed"
        notes.add("R03", line, what, "group the bullets under two headings, or drop some")
    elif count < FEWEST_BULLETS:
        what = f"a list has only {count} bullets"
        notes.add("R03", line, what, "write it as a sentence", warning=True)


def lint_words(
    blocks: Sequence[Block], rules: ReadingRules, level: str, defined: Lexicon, notes: Notes,
) -> None:
    """R05, R06, R10, R11, R13, R14, R19, R20: jargon, negation, address, signs, idioms, clauses."""
    everything = list(_sentences(blocks, "paragraph", "bullet", "heading", "urgent"))
    body = list(_sentences(blocks, "paragraph", "bullet"))
    for sentence in everything:
        known = {at for hit in defined.find(sentence.words) for at in range(hit.start, hit.end)}
        for hit in rules.banned.find(sentence.words):
            if level != "standard" or not known.issuperset(range(hit.start, hit.end)):
                what = f"“{_said(sentence, hit)}” is jargon"
                notes.add("R06", sentence.line, what, f"say “{hit.note}”")
        _listed("R19", sentence, rules.idioms, "an idiom", notes)
        _negations(sentence, rules, notes)
    _abbreviations(everything, rules, defined, notes)
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
                    notes.add("T04", sentence.line, f"“{_said(sentence, hit)}” commands", cure)
            for hit in rules.orders.phrases.find(sentence.words):
                if _is_order(sentence.words, hit, rules):
                    what = f"“{_said(sentence, hit)}” orders a change of treatment"
                    notes.add("T05", sentence.line, what, "send the reader to the prescriber")


def lint_respect(blocks: Sequence[Block], rules: ReadingRules, notes: Notes) -> None:
    """T01 and T03, for every audience: blame and advertising."""
    for block in blocks:
        for sentence in block.sentences:
            _listed("T01", sentence, rules.blame, "a word that blames", notes)
            _listed("T03", sentence, rules.hype, "a word that advertises", notes)


def lint_frequencies(
    blocks: Sequence[Block], rules: ReadingRules, level: str, notes: Notes,
) -> None:
    """R08: whole numbers out of one denominator, and no per cent in simple text."""
    denominators: dict[float, Sentence] = {}
    cure = "say how many out of 100, in whole numbers"
    for block in blocks:
        if level == "simple" and not {"%", "٪", "‰"}.isdisjoint(block.text):
            notes.add("R08", block.passage.line, "a per cent sign in simple text", cure)
        for sentence in block.sentences:
            if level == "simple":
                for hit in rules.frequency.percent.find(sentence.words):
                    what = f"“{_said(sentence, hit)}” in simple text"
                    notes.add("R08", sentence.line, what, cure)
            for part, whole in _frequencies(sentence.words, rules):
                denominators.setdefault(whole, sentence)
                if part != int(part):
                    notes.add("R08", sentence.line, f"{part:g} out of {whole:g}", cure)
                if whole != 100 and not (whole == 1000 and part < 10):  # noqa: PLR2004
                    what = f"{part:g} out of {whole:g}"
                    notes.add("R08", sentence.line, what, cure, warning=True)
    if len(denominators) > 1:
        used = ", ".join(f"{whole:g}" for whole in denominators)
        line = list(denominators.values())[1].line
        notes.add("R08", line, f"frequencies out of {used} in one unit", "use one, best 100")


def _sentences(blocks: Sequence[Block], *kinds: str) -> Iterator[Sentence]:
    for block in blocks:
        if block.kind in kinds:
            yield from block.sentences


def _said(sentence: Sentence, hit: Hit) -> str:
    return " ".join(word.text for word in sentence.words[hit.start : hit.end])


def _listed(rule: str, sentence: Sentence, lexicon: Lexicon, kind: str, notes: Notes) -> None:
    for hit in lexicon.find(sentence.words):
        what = f"“{_said(sentence, hit)}” is {kind}"
        notes.add(rule, sentence.line, what, f"say “{hit.note}”")


def _negations(sentence: Sentence, rules: ReadingRules, notes: Notes) -> None:
    cure = "say it in the positive, or make two sentences"
    doubles = list(rules.double_negations.find(sentence.words))
    for hit in doubles:
        what = f"“{_said(sentence, hit)}” negates a negation"
        notes.add("R10", sentence.line, what, cure)
    count = sum(1 for _ in rules.negations.find(sentence.words))
    if count > 1 and not doubles:
        what = f"{count} negations in {quote(sentence.text)}"
        notes.add("R10", sentence.line, what, cure)


def _abbreviations(
    sentences: Sequence[Sentence], rules: ReadingRules, defined: Lexicon, notes: Notes,
) -> None:
    for sentence in sentences:
        for hit in rules.refused.find(sentence.words):
            notes.add("R13", sentence.line, f"“{hit.entry}” is an abbreviation", "write it out")
        for word in sentence.words:
            short = word.key in rules.abbreviations or word in defined or word in rules.mask
            if short or word.is_number or not word.text.removesuffix("s").isupper():
                continue
            if is_acronym(word.text.removesuffix("s")):
                what = f"“{word.text}” is not explained"
                notes.add("R13", sentence.line, what, "write it out, or explain it at first use")
            if sum(char.isalpha() for char in word.text.removesuffix("s")) > CAPITALS:
                notes.add("R14", sentence.line, f"{quote(word.text)} is in capitals", "use small letters")


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


def _frequencies(words: Sequence[Word], rules: ReadingRules) -> Iterator[tuple[float, float]]:
    frequency = rules.frequency
    for hit in frequency.connectors.find(words):
        if hit.end >= len(words) or words[hit.end].pause:
            continue
        whole = _value(words[hit.end], rules)
        reach = 1 + _LOOSE * (hit.note == "loose")
        before = [_value(word, rules) for word in words[max(0, hit.start - reach) : hit.start]]
        part = next((value for value in reversed(before) if value is not None), None)
        unit = hit.end + 1 < len(words) and words[hit.end + 1] in frequency.units
        if part is not None and whole is not None and not unit and part <= whole:
            yield part, whole


def _value(word: Word, rules: ReadingRules) -> float | None:
    """Return the number a word stands for; of a range the upper end, None if it is no number."""
    if not word.is_number:
        return rules.frequency.numbers.get(word.key)
    digits = word.key.replace("–", "-").rpartition("-")[2]
    head, *groups = digits.replace(",", ".").split(".")
    if len(digits) > _LONGEST_TOKEN or not all(part.isdecimal() for part in (head, *groups)):
        return None
    if groups and all(len(group) == len("000") for group in groups):
        return float("".join((head, *groups)))
    return float(f"{head}.{groups[0]}") if len(groups) == 1 else None if groups else float(head)
