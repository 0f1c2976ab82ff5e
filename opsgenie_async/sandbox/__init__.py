"""An Opsgenie that runs in this process or as a command, built from the documents alone."""
