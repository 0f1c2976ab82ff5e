"""The selection of a part of an account: by folder and name, by file name, by owning team.

teams                    a kind: all teams
teams/ops                one of them by its name; * and ? stand for letters
teams/Ads-Backend.json   or by the name of its file, with or without .json
Ads Backend              whatever has this name, of any kind
team:Ads/schedules/*     what a team owns, which is how a manifest keeps a choice of teams
"""

from __future__ import annotations

import functools
import glob
import re
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.suggestion import suggestion
from opsgenie_async.sync.model.catalog import FOLDERS, KINDS, kind_of
from opsgenie_async.sync.model.kinds.team import TEAM

__all__ = ["EVERYTHING", "Entry", "Selection", "SelectionError", "selection"]

ENDING = ".json"
OWNED = "team:"
"""What stands before the name of an owner in a pattern."""
TERMS = re.compile(r"(?:\[[^\]]*\]|[^,])+")
"""What stands between commas; one in brackets, as `[,]`, is a part of a name."""
OWNER = re.compile(r"team:((?:\[[^\]]*\]|[^/\[])+)(?:/(.*))?", re.DOTALL)


class SelectionError(OpsgenieError, ValueError):
    """A selection is invalid or matches nothing; names the word, and the nearest match."""


@attrs.frozen
class Entry:
    """An existing entity, as far as a selection has to know it.

    Attributes:
        folder: Of its file.
        name: As `Entity.name`.
        file: The name of its file without the folder and without `.json`; "" where that is not known.
        team: The name of the team that it is or that owns it, "" for none.
        id: In its account, "" where it has none.
    """

    folder: str
    name: str
    file: str = ""
    team: str = ""
    id: str = ""


@attrs.frozen
class Selection:
    """A part of an account. What both the patterns and the teams choose is chosen.

    Attributes:
        patterns: Shell patterns over folder and name, as `parse` makes them; none for everything.
        within: What it selects from, where that is not everything.
        teams: Names or ids of teams: they and all that they own; none for everything.
        names: Folders and names that are chosen besides, as `resolve` found them.
        with_users: Whether the users that anything chosen points at come along, and the roles that these have.
        with_notification_rules: Whether those users have their notification rules with them.
    """

    patterns: tuple[str, ...] = ()
    within: Selection | None = None
    teams: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    names: frozenset[tuple[str, str]] = attrs.field(default=frozenset(), kw_only=True, repr=False, eq=False)
    with_users: bool = attrs.field(default=False, kw_only=True)
    with_notification_rules: bool = attrs.field(default=False, kw_only=True)

    @classmethod
    def parse(cls, text: str, *, teams: Iterable[str] = ()) -> Selection:
        """Parse a selection in the form of the command line.

        Args:
            text: Words with commas between them: kinds, names of entities, names of files, patterns. "" for everything.
            teams: Names or ids of teams, which narrow it to them and to what they own.

        Raises:
            SelectionError: A word has a folder that no snapshot has; the message names it.
        """
        words = (each.strip() for each in TERMS.findall(text))
        return cls(tuple(dict.fromkeys(_pattern(each) for each in words if each)), teams=tuple(dict.fromkeys(teams)))

    def __str__(self) -> str:
        return ",".join([*self.patterns, *(f"{OWNED}{_escape(team, '/')}" for team in self.teams)])

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows it."""
        return not self.patterns and not self.teams and self.within is None

    def covers(self, folder: str, name: str, team: str = "") -> bool:
        """Whether an entity is selected.

        Args:
            folder: Of its file.
            name: As `Entity.name`.
            team: The name of its owner, where that is known.
        """
        if self.within is not None and not self.within.covers(folder, name, team):
            return False
        if (folder, name) in self.names:
            return True
        if self.teams and team not in self.teams:
            return False
        return not self.patterns or any(_term(each).fits(folder, name, team) for each in self.patterns)

    def adding(self, names: Iterable[tuple[str, str]]) -> Selection:
        """The same, and what has these folders and names."""
        return attrs.evolve(self, names=self.names.union(names))

    def touches(self, folder: str) -> bool:
        """Whether anything in *folder* may be selected."""
        chosen = not self.patterns or any(fnmatchcase(folder, _term(each).folder) for each in self.patterns)
        chosen = chosen or any(each == folder for each, _ in self.names)
        return chosen and (self.within is None or self.within.touches(folder))

    @property
    def asks_for_owners(self) -> bool:
        """Whether it can only be told with the owner of an entity whether that is selected."""
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
        """Resolve the selection to names of existing entities, so that owners need not be known any more.

        What has the id of something that is chosen is chosen as well: it is that under another name.

        Args:
            entries: The existing entities: in the account, in files, or in both.
            unknown: Folders of which `entries` may lack something.
            strict: Whether every word has to fit something.
            strict_teams: Whether every team has to be there; None for as strict as words.

        Raises:
            SelectionError: Nothing fits a word, or there is no such team; nothing of *unknown* folders is so missed.
        """
        if self.is_everything:
            return self
        known = TEAM.folder not in unknown
        teams = self._team_names(entries, strict=known and (strict if strict_teams is None else strict_teams))
        patterns = [each for word in self.patterns for each in _named(word, entries, unknown, strict=strict)]
        owned = [f"{OWNED}{_escape(team, '/')}" for team in teams]
        if owned and patterns:
            patterns = [f"{owner}/{pattern}" for owner in owned for pattern in patterns]
        chosen = attrs.evolve(self, patterns=tuple(patterns or (f"{owner}/*/*" for owner in owned)), teams=())
        ids = {
            (each.folder, each.id) for each in entries if each.id and chosen.covers(each.folder, each.name, each.team)
        }
        names = {
            (each.folder, each.name)
            for each in entries
            if (each.folder, each.id) in ids or chosen.covers(each.folder, each.name, each.team)
        }
        if (
            strict
            and not names
            and self.teams
            and not unknown
            and any(_term(each).name != "*" for each in self.patterns)
        ):
            raise SelectionError(f"nothing of {', '.join(teams)} is called {', '.join(map(repr, self.patterns))}")
        return attrs.evolve(chosen, names=self.names | names)

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


def selection(only: Selection | str = EVERYTHING, teams: Iterable[str] = (), *, with_users: bool = False) -> Selection:
    """Return what two arguments of a function choose together; raises `SelectionError`."""
    if isinstance(teams, str):
        raise SelectionError(f"teams: expected a list of names, got {teams!r}")
    if isinstance(only, str):
        only = Selection.parse(only)
    teams = tuple(dict.fromkeys((*only.teams, *teams)))
    return attrs.evolve(only, teams=teams, with_users=only.with_users or with_users)


@attrs.frozen
class _Term:
    """A pattern in its pieces; team: of the owner's name, "" for any."""

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
    """A word of a person as a pattern."""
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
    """The folder of the kind that a word names, "" where it names none."""
    key = word.casefold().replace("_", "-").replace(" ", "-")
    for kind in KINDS:
        singular = kind.name.replace("_", "-")
        if kind.folder and key in (kind.folder, singular):
            return kind.folder
    return ""


@functools.cache
def _whole(word: str) -> str:
    """What to write for parts of something else: the folder of that, "" where the word names no kind of parts."""
    key = word.casefold().replace("_", "").replace("-", "").replace(" ", "")
    for kind in KINDS:
        singular = kind.name.replace("_", "")
        if kind.parent and key in (singular, f"{singular}s", kind.section.casefold()):
            return kind_of(kind.parent).folder
    return ""


def _named(word: str, entries: Collection[Entry], unknown: Collection[str], *, strict: bool) -> Sequence[str]:
    """The patterns that a pattern stands for: an exact name comes first, then the pattern, then the name of a file."""
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
        raise SelectionError(f"nothing is called {_word(term)!r}{_likely(term, candidates or entries)}")
    return [word]


def _word(term: _Term) -> str:
    """A pattern as it was written."""
    return term.name if term.folder == "*" else f"{term.folder}/{term.name}"


def _likely(term: _Term, entries: Collection[Entry]) -> str:
    """What may be meant by a pattern that nothing fits."""
    if whole := _whole(term.name):
        return f": such are parts of {whole}; write {whole!r}"
    if term.folder != "*":
        names = {name: f"{each.folder}/{name}" for each in entries for name in (each.file, each.name) if name}
        return suggestion(term.name.removesuffix(ENDING), names, names.__getitem__)
    names = {word: word for each in entries for word in (each.file, each.name) if word}
    return suggestion(term.name.removesuffix(ENDING), [*FOLDERS, *names])


def _escape(name: str, more: str = "") -> str:
    """A pattern that fits *name* alone, and can stand between commas; *more*: letters to be put in brackets."""
    pattern = glob.escape(name)
    for letter in f",{more}":
        pattern = pattern.replace(letter, f"[{letter}]")
    for side in (0, -1):
        if pattern and pattern[side].isspace():
            pattern = f"[{pattern[0]}]{pattern[1:]}" if side == 0 else f"{pattern[:-1]}[{pattern[-1]}]"
    return pattern
