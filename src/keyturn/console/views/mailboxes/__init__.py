"""The pages of mailboxes: looking at them, acting on them, putting them on record."""
