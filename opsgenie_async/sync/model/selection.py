"""The selection of a part of an account: by folder and name, by file name, by owning team.

teams                    a kind: all teams
teams/ops                one of them by its name; with the wildcards * and ?
teams/Ads-Backend.json   or by its file name, with or without .json
Ads Backend              everything with this name, of any kind
team:Ads/schedules/*     what a team owns; the form in which a manifest keeps teams
"""

from __future__ import annotations

import functools
import glob
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.sequences import Strings
from opsgenie_async.signatures import check_argument
from opsgenie_async.suggestion import suggestion
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_NAME, KINDS
from opsgenie_async.sync.model.kinds.team import TEAM

__all__ = ["EVERYTHING", "Entry", "Selection", "SelectionError", "everything_of", "selection"]

ENDING = ".json"
OWNED = "team:"
"""What stands before the name of an owner in a pattern."""
TERMS = re.compile(r"(?:\[[^\]]*\]|[^,])+")
"""What stands between commas; one in brackets, as `[,]`, is a part of a name."""
OWNER = re.compile(r"team:((?:\[[^\]]*\]|[^/\[])+)(?:/(.*))?", re.DOTALL)


class SelectionError(OpsgenieError, ValueError):
    """A selection is invalid or matches nothing; the message has the word and the closest match."""


@attrs.frozen
class Entry:
    """An existing entity, as far as a selection has to know it.

    Attributes:
        folder: Of its file.
        name: As `Entity.name`.
        file: The name of its file without the folder and without `.json`, or what returns it; "" where that is not
            known.
        team: The name of the team that it is or that owns it, "" for none.
        id: In its account, "" where it has none.
    """

    folder: str
    name: str
    _file: str | Callable[[], str] = ""
    team: str = ""
    id: str = ""

    @property
    def file(self) -> str:
        """The name of its file, made only where a word is the name of no entity."""
        return self._file if isinstance(self._file, str) else self._file()


@attrs.frozen
class Selection:
    """A part of an account: everything that both the patterns and the teams select.

    Attributes:
        patterns: Shell patterns for folder and name, as returned by `parse`; none for everything.
        within: The selection to select from; None for everything.
        teams: Names or ids of teams, to select with everything they own; none for everything.
        names: Folders and names that are selected as well, as resolved by `resolve`.
        with_users: Whether to include the users that the selected part refers to, and their roles.
        with_notification_rules: Whether to include the notification rules of those users.
    """

    patterns: tuple[str, ...] = ()
    within: Selection | None = None
    teams: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    names: frozenset[tuple[str, str]] = attrs.field(default=frozenset(), kw_only=True, repr=False, eq=False)
    with_users: bool = attrs.field(default=False, kw_only=True)
    with_notification_rules: bool = attrs.field(default=False, kw_only=True)

    @classmethod
    def parse(cls, text: str, *, teams: Strings = ()) -> Selection:
        """Parse a selection in the form of the command line.

        Args:
            text: A comma-separated list of kinds, entity names, file names and patterns; "" for everything.
            teams: Names or ids of teams, to restrict it to them and what they own.

        Raises:
            SelectionError: A folder is not one of a snapshot, or *teams* is a str; the message names it.
        """
        words = (each.strip() for each in TERMS.findall(text))
        return cls(tuple(dict.fromkeys(_pattern(each) for each in words if each)), teams=_distinct(teams))

    def __str__(self) -> str:
        return ",".join([*self.patterns, *(f"{OWNED}{_escape(team, '/')}" for team in self.teams)])

    @property
    def is_everything(self) -> bool:
        """Whether it selects everything."""
        return not self.patterns and not self.teams and self.within is None

    def covers(self, folder: str, name: str, team: str = "") -> bool:
        """Whether an entity is selected.

        Args:
            folder: The folder of its file.
            name: As `Entity.name`.
            team: The name of its owner, if known.
        """
        if self.within is not None and not self.within.covers(folder, name, team):
            return False
        if (folder, name) in self.names:
            return True
        if self.teams and team not in self.teams:
            return False
        return not self.patterns or any(_term(each).fits(folder, name, team) for each in self.patterns)

    def adding(self, names: Iterable[tuple[str, str]]) -> Selection:
        """The same selection, with these folders and names added."""
        return attrs.evolve(self, names=self.names.union(names))

    def touches(self, folder: str) -> bool:
        """Whether anything in *folder* can be selected."""
        choice = not self.patterns or any(fnmatchcase(folder, _term(each).folder) for each in self.patterns)
        choice = choice or any(each == folder for each, _ in self.names)
        return choice and (self.within is None or self.within.touches(folder))

    @property
    def asks_for_owners(self) -> bool:
        """Whether the owner of an entity is needed to decide whether it is selected."""
        return bool(self.teams) or any(_term(each).team for each in self.patterns)

    def among(self, other: Selection) -> Selection:
        """What both select."""
        if self.is_everything or other.is_everything:
            return other if self.is_everything else self
        return attrs.evolve(self, within=other if self.within is None else self.within.among(other))

    def resolve(
        self,
        entries: Collection[Entry],
        *,
        unknown: Collection[str] = (),
        strict: bool = True,
        strict_teams: bool | None = None,
    ) -> Selection:
        """Resolve the selection to names of existing entities, so that owners are no longer needed.

        An entity with the same id as a selected one is selected, too: it was renamed.

        Args:
            entries: The existing entities: in the account, in files, or in both.
            unknown: Folders for which `entries` may be incomplete.
            strict: Whether every word must match something.
            strict_teams: Whether every team must exist; None means as *strict*.

        Raises:
            SelectionError: A word matches nothing outside of *unknown* folders, or a team does not exist.
        """
        if self.is_everything:
            return self
        known = TEAM.folder not in unknown
        teams = self._team_names(entries, strict=known and (strict if strict_teams is None else strict_teams))
        patterns = [each for word in self.patterns for each in _interpret(word, entries, unknown, strict=strict)]
        owned = [f"{OWNED}{_escape(team, '/')}" for team in teams]
        if owned and patterns:
            patterns = [f"{owner}/{pattern}" for owner in owned for pattern in patterns]
        choice = attrs.evolve(self, patterns=tuple(patterns or (f"{owner}/*/*" for owner in owned)), teams=())
        names = choice._names_of(entries)
        if (
            strict
            and not names
            and self.teams
            and not unknown
            and any(_term(each).name != "*" for each in self.patterns)
        ):
            raise SelectionError(f"nothing of {', '.join(teams)} matches {', '.join(map(repr, self.patterns))}")
        return attrs.evolve(choice, names=self.names | names)

    def _names_of(self, entries: Collection[Entry]) -> set[tuple[str, str]]:
        """Folder and name of what it covers, and of what has the same id."""
        choice = [each for each in entries if self.covers(each.folder, each.name, each.team)]
        ids = {(each.folder, each.id) for each in choice if each.id}
        return {
            *((each.folder, each.name) for each in choice),
            *((each.folder, each.name) for each in entries if (each.folder, each.id) in ids),
        }

    def _team_names(self, entries: Collection[Entry], *, strict: bool) -> list[str]:
        """The names of the teams, which may be given by id, and by file as well."""
        if not self.teams:
            return []
        known = [each for each in entries if each.folder == TEAM.folder]
        names = []
        for word in self.teams:
            fits = [each.name for each in known if word in (each.name, each.id)]
            fits = fits or [each.name for each in known if word.removesuffix(ENDING) == each.file]
            if not fits and strict:
                raise SelectionError(f"there is no team {word!r}{suggestion(word, [each.name for each in known])}")
            names += fits or [word]
        return list(dict.fromkeys(names))


EVERYTHING = Selection()


def everything_of(kinds: Iterable[Kind]) -> Selection:
    """Select all entities of some kinds, with their parts."""
    return Selection(tuple(f"{kind.folder}/*" for kind in kinds))


def selection(only: Selection | str = EVERYTHING, teams: Strings = (), *, with_users: bool = False) -> Selection:
    """Return what two arguments of a function choose together; raises `SelectionError`."""
    if isinstance(only, str):
        only = Selection.parse(only)
    check_argument("only", only, Selection, "a str, such as 'teams,schedules', or a Selection")
    teams = _distinct([*only.teams, *_distinct(teams)])
    return attrs.evolve(only, teams=teams, with_users=only.with_users or with_users)


def _distinct(teams: Strings) -> tuple[str, ...]:
    if isinstance(teams, str | bytes):
        raise SelectionError(f"teams: expected a list of names, got {teams!r}")
    return tuple(dict.fromkeys(teams))


@attrs.frozen
class _Term:
    """A parsed pattern; `team` is the pattern of the owner's name, "" for any."""

    folder: str
    name: str
    team: str = ""

    def fits(self, folder: str, name: str, team: str) -> bool:
        if self.team and not fnmatchcase(team, self.team):
            return False
        return fnmatchcase(folder, self.folder) and fnmatchcase(name, self.name)


@functools.lru_cache(maxsize=100_000)
def _term(pattern: str) -> _Term:
    team = ""
    if (match := OWNER.fullmatch(pattern)) is not None:
        team, pattern = match[1], match[2] or "*/*"
    folder, _, name = pattern.partition("/")
    return _Term(folder, name, team)


def _pattern(word: str) -> str:
    """A word of the user as a pattern."""
    if (match := OWNER.fullmatch(word)) is not None:
        return f"{OWNED}{match[1]}/{_pattern(match[2]) if match[2] else '*/*'}"
    if folder := _folder(word.rstrip("/")):
        return f"{folder}/*"
    folder, slash, name = word.partition("/")
    if not slash:
        return f"*/{word}"
    folder = _folder(folder) or folder
    if name and any(fnmatchcase(each, folder) for each in FOLDERS):
        return f"{folder}/{name}"
    # As a shell completes it: the folder of the snapshot stands before.
    path = PurePosixPath(word)
    if word.endswith(ENDING) and path.parent.name in FOLDERS:
        return f"{path.parent.name}/{path.name}"
    hint = suggestion(folder, FOLDERS, lambda each: f"{each}/{name}")
    raise SelectionError(f"{word!r}: expected FOLDER/NAME with a folder of {', '.join(FOLDERS)}{hint}")


@functools.cache
def _folder(word: str) -> str:
    """The folder of the kind with this name, "" if there is none."""
    key = word.casefold().replace("_", "-").replace(" ", "-")
    for kind in KINDS:
        singular = kind.name.replace("_", "-")
        if kind.folder and key in (kind.folder, singular):
            return kind.folder
    return ""


@functools.cache
def _whole(word: str) -> str:
    """The folder to use for a kind of parts: that of the parent, "" if the word is not a kind of parts."""
    key = word.casefold().replace("_", "").replace("-", "").replace(" ", "")
    for kind in KINDS:
        singular = kind.name.replace("_", "")
        if kind.parent and key in (singular, f"{singular}s", kind.section.casefold()):
            return KIND_BY_NAME[kind.parent].folder
    return ""


def _interpret(word: str, entries: Collection[Entry], unknown: Collection[str], *, strict: bool) -> Sequence[str]:
    """The interpretations of a pattern: an exact name first, then a pattern, then a file name."""
    term = _term(word)
    owner = f"{OWNED}{term.team}/" if term.team else ""
    if term.name == "*":
        return [word]
    candidates = [each for each in entries if fnmatchcase(each.folder, term.folder)]
    if any(each.name == term.name for each in candidates):
        return [f"{owner}{term.folder}/{_escape(term.name)}"]
    if any(fnmatchcase(each.name, term.name) for each in candidates):
        return [word]
    file = term.name.removesuffix(ENDING)
    if files := [each for each in candidates if each.file and fnmatchcase(each.file, file)]:
        return [f"{owner}{each.folder}/{_escape(each.name)}" for each in files]
    if strict and not any(fnmatchcase(each, term.folder) for each in unknown):
        raise SelectionError(f"nothing matches {_word(term)!r}{_likely(term, candidates or entries)}")
    return [word]


def _word(term: _Term) -> str:
    """A pattern in its original form."""
    return term.name if term.folder == "*" else f"{term.folder}/{term.name}"


def _likely(term: _Term, entries: Collection[Entry]) -> str:
    """A suggestion for a pattern without matches."""
    if whole := _whole(term.name):
        return f": these are parts of {whole}; use {whole!r}"
    if term.folder != "*":
        names = {name: f"{each.folder}/{name}" for each in entries for name in (each.file, each.name) if name}
        return suggestion(term.name.removesuffix(ENDING), names, names.__getitem__)
    names = {word: word for each in entries for word in (each.file, each.name) if word}
    return suggestion(term.name.removesuffix(ENDING), [*FOLDERS, *names])


def _escape(name: str, more: str = "") -> str:
    """A pattern that matches only *name*, usable between commas; *more* has further letters to escape."""
    pattern = glob.escape(name)
    for letter in f",{more}":
        pattern = pattern.replace(letter, f"[{letter}]")
    for side in (0, -1):
        if pattern and pattern[side].isspace():
            pattern = f"[{pattern[0]}]{pattern[1:]}" if side == 0 else f"{pattern[:-1]}[{pattern[-1]}]"
    return pattern
