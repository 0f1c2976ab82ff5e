"""Load an account from the files of a pull or an archive."""

from __future__ import annotations

from pathlib import Path

from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.load.documents import Loader
from opsgenie_async.sandbox.load.files import FORMAT, File, LoadError, read_files
from opsgenie_async.sandbox.load.history import ArchivedHistory, is_archive

__all__ = ["FORMAT", "LoadError", "add_archive", "is_archive", "load_account"]


def load_account(path: str | Path) -> Account:
    """The account in the snapshot directory *path*, of any format until now or, without a manifest, of the last one.

    Files may have been edited since: their hashes are not looked at, and whatever stands in a folder of the snapshot
    counts. What has no id gets one that follows from its name. References by name must lead somewhere, but for groups
    and, without a folder `users`, for users: those are made up from whoever is mentioned. What is mentioned with its id
    and is missing stays missing.

    Raises:
        LoadError: It cannot be read.
    """
    root = Path(path)
    if not root.is_dir():
        raise LoadError(str(path), "is not a directory")
    return _load(read_files(root))


def add_archive(account: Account, path: str | Path) -> None:
    """Add to *account* what an archive in the directory *path* holds: its newest configuration, users and history.

    Who is on call follows from the configuration; the archived timelines are not served.

    Raises:
        LoadError: It cannot be read.
    """
    history = ArchivedHistory(Path(path))
    folder = history.configuration
    files = [] if folder is None else read_files(folder)
    users = [
        File(
            f"users/{number}.json",
            {"user": {name: user[name] for name in ("username", "fullName") if name in user}},
            id,
        )
        for number, user in enumerate(history.users())
        if isinstance(id := user.get("id"), str) and isinstance(user.get("username"), str)
    ]
    try:
        account.absorb(_load([*users, *files]))
    except LoadError:  # the configuration may name users who are gone: all of them are made up then
        account.absorb(_load(files))
    history.add_to(account)


def _load(files: list[File]) -> Account:
    account = Account()
    loader = Loader(account)
    for file in files:
        loader.add(file)
    loader.finish()
    return account
