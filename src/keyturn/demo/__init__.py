"""What `keyturn demo` adds: a world to play in, a mail catcher, and pages that show what arrived.

Nothing here can be switched on elsewhere: guard.py asks whether this process was started by `keyturn demo`.
"""
