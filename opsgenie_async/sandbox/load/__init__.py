"""An account out of the files that a pull wrote, so that a sandbox can serve a snapshot of the real one."""

from __future__ import annotations

from pathlib import Path

from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.load.documents import Loader
from opsgenie_async.sandbox.load.files import FORMAT, LoadError, read_files

__all__ = ["FORMAT", "LoadError", "load_account"]


def load_account(path: str | Path) -> Account:
    """The account in the snapshot directory *path*, of format 1 or 2 or, without a manifest, of either.

    Files may have been edited since: their hashes are not looked at, and whatever stands in a folder of format 2
    counts. What has no id gets one that follows from its name. References by name must lead somewhere, but for groups
    and, without a folder `users`, for users: those are made up from whoever is mentioned. What is mentioned with its id
    and is missing stays missing. Raises `LoadError`.
    """
    root = Path(path)
    if not root.is_dir():
        raise LoadError(str(path), "is not a directory")
    account = Account()
    loader = Loader(account)
    for file in read_files(root):
        loader.add(file)
    loader.finish()
    return account
