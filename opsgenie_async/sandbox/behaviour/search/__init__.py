"""Search of alerts, incidents and services: the language, the fields, and indexes that answer it at any size."""
