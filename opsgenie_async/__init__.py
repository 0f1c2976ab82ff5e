"""The asyncio SDK for Opsgenie."""

__version__ = "0.1.0"
