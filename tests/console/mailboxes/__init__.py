"""The console of mailboxes."""
