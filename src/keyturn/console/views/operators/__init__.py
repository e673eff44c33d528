"""The operators of an organization: list, one, inviting, and what may be done to one."""
