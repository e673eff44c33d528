"""Keyturn gets people back into what they use when a password is forgotten, expired or changed elsewhere."""

__version__ = "0.1.0"
