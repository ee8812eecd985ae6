"""What a run says at its end of where its time went."""

from tests.durations import longest


def test_the_longest_files_come_first_and_each_worker_is_told() -> None:
    seconds = {"tests/a.py": 20.0, "tests/b.py": 80.0, **{f"tests/{number}.py": 1.0 for number in range(20)}}

    lines = longest(seconds, {"gw1": 50.0, "gw0": 70.4})

    assert lines[:2] == ["   80.0 s  67%  tests/b.py", "   20.0 s  17%  tests/a.py"]
    assert lines[-1] == "  120.0 s in 22 files; busy: gw0 70 s, gw1 50 s"
    assert len(lines) == 16


def test_a_short_run_tells_nothing() -> None:
    assert longest({"tests/a.py": 59.0}, {"alone": 59.0}) == []
