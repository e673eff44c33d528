"""World files: tenants, operators and people as YAML. Read with line numbers, understood whole, then loaded whole.

reading        bytes -> nodes that know their line
fields         takes the fields of one mapping, and complains about what is wrong or left over
texts          the same for lines, addresses and passwords
understanding  nodes -> plans: every rule that needs no database
loading        plans -> rows, in one transaction
rights, granting   the same two steps for permissions, profiles and what people hold
mailboxes      both steps for the mailboxes of people
"""
