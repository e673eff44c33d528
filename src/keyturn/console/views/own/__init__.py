"""An operator's own sign-in: the second step, confirming, password, factors, browsers."""
