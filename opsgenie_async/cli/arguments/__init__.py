"""The arguments of commands with large code: one file per command, and `configuration` with shared ones.

`--help` and shell completion load only these modules, not the code of the commands.
"""
