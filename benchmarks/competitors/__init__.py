"""Two small projects of our own, to measure beside: stock Django's reset views, and django-allauth's headless API.

Both have what `startproject` gives (middleware, sessions in the database, four password validators), the Argon2id
parameters Keyturn uses, and on each database the very options that Keyturn gives it.
"""
