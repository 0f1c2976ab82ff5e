"""The plug-in for aiohttp applications; its names are those of `opsgenie_async.web`."""
