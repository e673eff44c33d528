"""What can be measured: Keyturn, django-allauth, and Django's own views, each behind one face."""
