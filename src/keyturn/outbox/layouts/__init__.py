"""The words of messages as a tenant wants them: stored layouts, and the variables that say which one is used."""
