"""The DX client."""
