"""Measure a unit: its formulas with and without masking, and every rule it breaks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from bot.core.readability import lint, structure
from bot.core.readability.findings import LEVELS, Finding, Notes
from bot.core.readability.formulas import FORMULAS, MASKED, Counts, Size, spread_at
from bot.core.readability.frequencies import lint_frequencies
from bot.core.readability.rules import FormulaLimit, ReadingRules
from bot.core.readability.syllables import count_syllables
from bot.core.readability.words import Block, Lexicon, Passage, Sentence, Word, read, sentences_in

MASK_TERMS: Final = 8
MASK_PERCENT: Final = 8
_LONGEST_SHOWN: Final = 3
_NUMBER_LETTERS: Final = 6

Verdict = Literal["pass", "warn", "fail"]


class Score(NamedTuple):
    """One formula of a unit; `masked` is what the limit is held against."""

    formula: str
    raw: float
    masked: float
    limit: float
    at_most: bool
    spread: float
    verdict: Verdict


class LongSentence(NamedTuple):
    """A sentence with its line and its number of words."""

    words: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How hard a unit is to read.

    `lengths` are the words of each sentence of its paragraphs and bullets; headings and urgent
    blocks are linted but not measured. `scores` is empty for professionals and below the
    locale's min_sample. `house` says that the limits are ours, from no validated formula.
    """

    level: str
    professional: bool
    house: bool
    lengths: tuple[int, ...]
    longest: tuple[LongSentence, ...]
    scores: tuple[Score, ...]
    masked_terms: tuple[str, ...]
    masked_words: int
    findings: tuple[Finding, ...]

    @property
    def sentences(self) -> int:
        """How many sentences were measured."""
        return len(self.lengths)

    @property
    def words(self) -> int:
        """How many words were measured."""
        return sum(self.lengths)

    @property
    def mean_sentence(self) -> float:
        """Words per sentence; 0 without a sentence."""
        return self.words / self.sentences if self.lengths else 0.0

    @property
    def max_sentence(self) -> int:
        """Words of the longest sentence; 0 without a sentence."""
        return max(self.lengths, default=0)

    @property
    def passed(self) -> bool:
        """Whether nothing but warnings was found."""
        return all(finding.warning for finding in self.findings)


def measure(
    passages: Iterable[Passage],
    rules: ReadingRules,
    level: str,
    *,
    professional: bool = False,
    defined: Collection[str] = (),
) -> Reading:
    """Measure one rendered unit (topic, level, audience) against its locale's rules.

    `level` is one of LEVELS. `defined` holds the terms the unit itself explains; they are
    masked, and in standard text they may be jargon. For professionals there is no formula: only
    the detailed sentence limits, their own unit length, and the words of blame and advertising.
    Raises ValueError for an unknown level.
    """
    if level not in LEVELS:
        raise ValueError(f"level {level!r} is none of {', '.join(LEVELS)}")
    blocks = [read(passage, rules.titles) for passage in passages]
    body = list(sentences_in(blocks, "paragraph", "bullet"))
    own = Lexicon(defined)
    mask = _Mask(body, rules, own)
    notes = Notes(level)
    scores: tuple[Score, ...] = ()
    lint.lint_respect(blocks, rules, notes)
    if professional:
        structure.lint_lengths(blocks, rules, "detailed", notes)
        structure.lint_unit_length(blocks, structure.UNIT_WORDS_PROFESSIONAL, None, notes)
    else:
        if body and len(body) >= rules.min_sentences and mask.of_words >= rules.min_words:
            scores = _scores(body, rules, level, mask)
            _judge(scores, rules, level, mask, notes)
        _lint_reader(blocks, rules, level, own, notes)
    ranked = sorted(body, key=lambda sentence: -len(sentence.words))[:_LONGEST_SHOWN]
    return Reading(
        level=level,
        professional=professional,
        house=rules.house,
        lengths=tuple(len(sentence.words) for sentence in body),
        longest=tuple(LongSentence(len(s.words), s.line, s.text) for s in ranked),
        scores=scores,
        masked_terms=mask.terms,
        masked_words=mask.words,
        findings=notes.findings(),
    )


def _lint_reader(
    blocks: Sequence[Block],
    rules: ReadingRules,
    level: str,
    own: Lexicon,
    notes: Notes,
) -> None:
    structure.lint_lengths(blocks, rules, level, notes)
    structure.lint_unit_length(
        blocks, structure.UNIT_WORDS[level], structure.FIRST_WORDS[level], notes
    )
    structure.lint_structure(blocks, level, notes)
    lint.lint_words(blocks, rules, level, own, notes)
    lint_frequencies(blocks, rules, level, notes)
    lint.lint_tone(blocks, rules, notes)


class _Mask:
    """Which words of the unit are masked: listed substances and brands, terms it defines."""

    def __init__(self, body: Sequence[Sentence], rules: ReadingRules, own: Lexicon) -> None:
        entries: dict[str, None] = {}
        self._at: list[frozenset[int]] = []
        for sentence in body:
            hits = [*rules.mask.find(sentence.words), *own.find(sentence.words)]
            entries |= dict.fromkeys(hit.entry.strip("*").casefold() for hit in hits)
            covered = (at for hit in hits for at in range(hit.start, hit.end))
            self._at.append(frozenset(covered))
        self.terms = tuple(entries)
        self.of_words = sum(len(sentence.words) for sentence in body)
        self.words = sum(len(covered) for covered in self._at)

    def apply(self, sizes: Sequence[Sequence[Size]]) -> list[list[Size]]:
        """Return the sizes with every masked word at the masked size."""
        return [
            [MASKED if at in covered else size for at, size in enumerate(sentence)]
            for sentence, covered in zip(sizes, self._at, strict=True)
        ]


def size(word: Word, locale: str) -> Size:
    """Return a word's syllables and letters; a number is easy: one syllable, never long."""
    if word.is_number:
        return Size(1, min(_NUMBER_LETTERS, sum(char.isalnum() for char in word.text)))
    return Size(count_syllables(word.text, locale), sum(char.isalpha() for char in word.text))


def _scores(
    body: Sequence[Sentence],
    rules: ReadingRules,
    level: str,
    mask: _Mask,
) -> tuple[Score, ...]:
    raw = [[size(word, rules.locale) for word in sentence.words] for sentence in body]
    masked = mask.apply(raw)
    raw_counts, masked_counts = Counts.of(raw), Counts.of(masked)
    scores = []
    for limit in rules.formulas:
        formula = FORMULAS[limit.formula]
        value = formula.compute(masked_counts)
        spread = spread_at(formula, masked)
        scores.append(
            Score(
                limit.formula,
                formula.compute(raw_counts),
                value,
                limit.levels[level],
                limit.at_most,
                spread,
                verdict(limit.miss(value, level), spread),
            ),
        )
    return tuple(scores)


def verdict(miss: float, spread: float) -> Verdict:
    """Return pass inside the limit, warn when missed by less than the spread, else fail."""
    return "pass" if miss <= 0 else "warn" if miss < spread else "fail"


def _judge(
    scores: Sequence[Score],
    rules: ReadingRules,
    level: str,
    mask: _Mask,
    notes: Notes,
) -> None:
    for limit, score in zip(rules.formulas, scores, strict=True):
        _judge_score(score, limit, level, notes, " (house limit)" if rules.house else "")
    if len(mask.terms) > MASK_TERMS:
        what = f"{len(mask.terms)} terms are masked, {MASK_TERMS} are allowed"
        notes.add("F03", 0, f"{what}: {', '.join(mask.terms)}", "name fewer medicines")
    if 100 * mask.words > MASK_PERCENT * mask.of_words:
        what = f"{mask.words} of {mask.of_words} words are masked"
        what += f", {MASK_PERCENT} of 100 are allowed"
        notes.add("F03", 0, what, "name the medicine less often")


def _judge_score(
    score: Score,
    limit: FormulaLimit,
    level: str,
    notes: Notes,
    house: str,
) -> None:
    side = "at most" if score.at_most else "at least"
    cure = "shorter words and sentences; the longest sentences stand in the report"
    if score.verdict != "pass":
        what = f"{score.formula} is {score.masked:.1f}, {side} {score.limit:g} is allowed{house}"
        notes.add("F01", 0, what, cure, warning=score.verdict == "warn")
    if limit.miss(score.raw, level) > limit.raw_slack:
        what = f"{score.formula} without masking is {score.raw:.1f}, {side} {score.limit:g}"
        what += f" with {limit.raw_slack:g} to spare is allowed{house}"
        notes.add("F02", 0, what, "name fewer medicines and explain fewer terms")
