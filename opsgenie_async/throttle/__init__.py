"""One lane per rate-limit domain: the arithmetic apart from the waiting."""
