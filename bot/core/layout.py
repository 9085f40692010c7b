"""The frame no page can forget: title, review state, part, disclaimer, dates.

`frame`, `frame_reference` and `frame_extra` are the only ways from medical text to a `Document`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.core.extras import Extra
from bot.core.library import Topic
from bot.core.model import Audience, Block, Document, Heading, Inline, Paragraph, Text
from bot.core.render import Page, Renderer
from bot.core.reviews import Review
from bot.core.words import Words


@dataclass(frozen=True, slots=True)
class Layout:
    """Frames pages as they stand on `today`."""

    renderer: Renderer

    def frame(self, page: Page, index: int, words: Words, today: date) -> Document:
        """Return part `index` of the page as a message: never without state and disclaimer."""
        part = page.parts[index]
        total = len(page.parts)
        blocks: list[Block] = [*self._head(page.title, page.topic, words, today)]
        if total > 1:
            blocks.append(_small(words.text("part", number=index + 1, total=total)))
        if part.heading:
            blocks.append(Heading(2, (Text(part.heading),)))
        blocks += part.blocks
        if index == total - 1:
            blocks.append(Heading(2, (Text(words.text("who_to_ask")),)))
            blocks += page.who_to_ask
        blocks += self._foot(page.topic, page.audience, words, last=index == total - 1)
        return Document(tuple(blocks), words.locale, words.direction)

    def frame_reference(
        self, page: Page, title: str, body: Iterable[Block], words: Words, today: date
    ) -> Document:
        """Return what belongs to a page (its sources, its words) as a message."""
        head = (Heading(1, (Text(title),)), _small(page.title))
        state = self._state(page.topic, words, today)
        foot = self._foot(page.topic, page.audience, words, last=False)
        return Document((*head, *state, *body, *foot), words.locale, words.direction)

    def frame_extra(
        self,
        extra: Extra,
        body: Iterable[Block],
        words: Words,
        today: date,
        *,
        audience: Audience,
        about: str = "",
    ) -> Document:
        """Return text from beside the pages (`about` says of what) as a message."""
        head = (Heading(1, (Text(words.catalog.text(extra.title)),)),)
        small = (_small(about),) if about else ()
        state = self._state_of(extra.review, words, today)
        foot = self._foot_of(extra.disclaimer, extra.review, audience, words, last=True)
        blocks = (*head, *state, *small, *body, *foot)
        return Document(blocks, words.locale, words.direction)

    def stub_extra(self, extra: Extra, words: Words, today: date) -> Document:
        """Return what stands in for text from beside the pages that may not be served now."""
        body = self.renderer.message("messages/not_served", words.locale)
        return self.frame_extra(extra, body, words, today, audience=Audience.GENERAL)

    def stub(self, topic: Topic, words: Words, today: date) -> Document:
        """Return what stands in for a page that may not be served now."""
        head = self._head(words.title(topic), topic, words, today)
        body = self.renderer.message("messages/not_served", words.locale)
        foot = self._foot(topic, Audience.GENERAL, words, last=False)
        return Document((*head, *body, *foot), words.locale, words.direction)

    def _head(self, title: str, topic: Topic, words: Words, today: date) -> tuple[Block, ...]:
        return (Heading(1, (Text(title),)), *self._state(topic, words, today))

    def _state(self, topic: Topic, words: Words, today: date) -> tuple[Block, ...]:
        return self._state_of(topic.file.review, words, today)

    def _state_of(self, review: Review, words: Words, today: date) -> tuple[Block, ...]:
        values: dict[str, str] = {}
        if review.role and review.reviewed:
            values = {"role": words.role(review.role), "reviewed": words.date(review.reviewed)}
        name = f"layouts/status/{review.state(today)}"
        return _italic(self.renderer.message(name, words.locale, **values))

    def _foot(
        self, topic: Topic, audience: Audience, words: Words, *, last: bool
    ) -> tuple[Block, ...]:
        file = topic.file
        return self._foot_of(file.disclaimer, file.review, audience, words, last=last)

    def _foot_of(
        self, disclaimer: str, review: Review, audience: Audience, words: Words, *, last: bool
    ) -> tuple[Block, ...]:
        name = f"disclaimers/{disclaimer}"
        if self.renderer.exists(f"{name}.{audience}"):
            name = f"{name}.{audience}"
        blocks = self.renderer.message(name, words.locale)
        if last:
            blocks += self.renderer.message(
                "layouts/dates",
                words.locale,
                written=words.date(review.written),
                due=words.date(review.due),
            )
        return _italic(blocks)


def _small(text: str) -> Paragraph:
    return Paragraph((Text(text, italic=True),))


def _italic(blocks: Iterable[Block]) -> tuple[Block, ...]:
    def slanted(inline: Inline) -> Inline:
        return Text(inline.text, inline.bold, italic=True) if isinstance(inline, Text) else inline

    return tuple(
        Paragraph(tuple(map(slanted, block.inlines))) if isinstance(block, Paragraph) else block
        for block in blocks
    )
