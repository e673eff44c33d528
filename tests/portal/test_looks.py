"""An organization's colour and logo on its pages."""

from tests.lib.test_png import picture


def test_the_colour_is_a_style_sheet_of_our_own(visitor, in_movers):
    assert visitor.get("/looks.css").status_code == 404
    in_movers.accent_colour = "#7a1f5c"
    in_movers.save()
    _forget()
    answer = visitor.get("/looks.css")
    assert answer["Content-Type"].startswith("text/css") and b"--accent: #7a1f5c;" in answer.content
    assert b"/looks.css?v=0" in visitor.get("/sign-in").content


def test_the_logo_stands_on_the_page(visitor, in_movers):
    assert visitor.get("/logo.png").status_code == 404
    in_movers.logo, in_movers.logo_type = picture(), "image/png"
    in_movers.save()
    _forget()
    answer = visitor.get("/logo.png")
    assert (answer["Content-Type"], answer.content) == ("image/png", picture())
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert b'class="brand-logo"' in visitor.get("/sign-in").content


def _forget():
    from keyturn.door import tenancy

    tenancy._kept.clear()
