"""One page as it was at an earlier revision, brought back into the working tree.

Approvals are bound to a page's text, so that one that was made of this text counts again by
itself; nothing is committed.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.core.library import Library
from bot.core.reviews import Approval, fingerprint, place_of
from bot.studio.edits import RefusedError, write_checked
from bot.studio.history import approvals_given
from bot.studio.reviewing import review_of
from bot.studio.revisions import Commit, RevisionError, Revisions


@dataclass(frozen=True, slots=True)
class Version:
    """A page as a commit left it: who had approved just this text, and whether it is so now."""

    commit: Commit
    approvals: tuple[Approval, ...]
    now: bool


def versions(content: Path, revisions: Revisions, page: str) -> tuple[Version, ...]:
    """Return the revisions of a page, those that were ever approved first, each newest first."""
    place = place_of(content, page)
    try:
        given = [one.approval for one in approvals_given(content, revisions)]
    except RevisionError:
        return ()
    text = fingerprint(place)
    found = [
        Version(
            commit,
            tuple(one for one in given if (one.page, one.content) == (page, then)),
            then == text,
        )
        for commit, then in revisions.fingerprints(place)
    ]
    return tuple(sorted(found, key=lambda version: not version.approvals))


def bring_back(content: Path, revisions: Revisions, page: str, revision: str) -> str:
    """Write a page's files as they were at a revision, and say what that changed.

    RefusedError, with nothing changed, where work that is in no commit would be lost, where there
    is nothing to bring back, and where the content could then not be read.
    """
    place = place_of(content, page)
    commit = revisions.resolve(revision)
    if revisions.last_change(place).uncommitted:
        raise RefusedError(
            "the page has changes that are not committed, which would be lost: commit or undo them"
        )
    then = revisions.files_at(commit, place)
    if not then:
        raise RefusedError(f"the page was not there at {revision}")
    changes = _changes(place, then)
    if not changes:
        raise RefusedError(f"the page is as it was at {revision}")
    text = revisions.print_at(commit, place)

    def holds(_: Library) -> bool:
        return fingerprint(place) == text

    before = {file for file in changes if file.exists()}
    after = write_checked(changes, content, holds)
    told = ", ".join(f"{file.name} {_said(file, data, before)}" for file, data in changes.items())
    if review_of(after, page).status == "approved":
        return f"Back as at {revision}: {told}. The approval of this text counts again."
    return f"Back as at {revision}: {told}. No approval is bound to this text."


def _changes(place: Path, then: dict[str, bytes]) -> dict[Path, bytes | None]:
    """Return what has to be written (None: deleted) for a page to be as it was."""
    if place.is_file():
        files: dict[Path, bytes | None] = {place: then[place.name]}
    else:
        now = {file: None for file in place.iterdir() if file.is_file()}
        files = now | {place / name: data for name, data in then.items()}
    return {
        file: data
        for file, data in sorted(files.items())
        if data != (file.read_bytes() if file.exists() else None)
    }


def _said(file: Path, data: bytes | None, before: set[Path]) -> str:
    if data is None:
        return "taken away"
    return "changed" if file in before else "brought back"
