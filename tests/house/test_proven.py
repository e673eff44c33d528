"""The table of proofs is read from markers, wherever they stand."""

from tests.house import proven


def test_markers_of_tests_and_of_modules_are_found(tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_a.py").write_text(
        "import pytest\npytestmark = [pytest.mark.mission('M1.1'), pytest.mark.slow]\n"
        "@pytest.mark.mission('M1.2', 'M1.3')\ndef test_x(): ...\n"
        "class TestB:\n    @pytest.mark.mission('M1.10')\n    def test_y(self): ...\n"
    )
    assert proven.collect(tests) == {
        "M1.1": ["tests/test_a.py::test_x", "tests/test_a.py::test_y"],
        "M1.2": ["tests/test_a.py::test_x"],
        "M1.3": ["tests/test_a.py::test_x"],
        "M1.10": ["tests/test_a.py::test_y"],
    }


def test_the_page_is_in_order_and_names_what_has_no_test():
    page = proven.render({"M0.10": ["tests/b.py::test_b"], "M0.2": ["tests/a.py::test_a"]})
    assert page.index("M0.2 ") < page.index("M0.10 ")
    assert "| M4.9 | an app opens /sign-in?identifier=… with the name filled in | **none** |" in page
