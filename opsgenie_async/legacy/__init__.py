"""The deprecated v1 API: its models and its resources."""
