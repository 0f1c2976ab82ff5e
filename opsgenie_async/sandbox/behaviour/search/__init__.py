"""Search of alerts, incidents and services: the query language, and its binding to an account."""
