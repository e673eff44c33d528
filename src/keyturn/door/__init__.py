"""What every web door shares: the tenant of a request, where it comes from, and the headers of every answer."""
