"""Second factors of operators: an authenticator app, passkeys, and recovery codes for the day both are lost."""
