"""A watch over the passwords of mailboxes: tried by really signing in, told to their owners, mended by them."""
