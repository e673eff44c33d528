"""Layouts and variables: the tenant's own words for what Keyturn writes."""
