"""What a worker subscribes to."""

from ingest.transport.filters import share_name, topic_filters

URL = "mqtt://ingest:{}@broker:1883"


def test_a_worker_hears_everything_or_its_slice() -> None:
    assert topic_filters([], [], None) == ["cityops/#"]
    assert topic_filters(["traffic"], ["310115"], None) == ["cityops/310115/traffic/+/+"]


def test_a_member_of_a_group_hears_what_is_kept_by_itself() -> None:
    assert topic_filters([], [], "night") == [
        "$share/night/cityops/#",
        "cityops/+/+/+/meta",
        "cityops/+/+/+/status",
    ]


def test_the_name_of_a_group_cannot_be_guessed_without_the_password() -> None:
    ours, theirs = share_name("night", URL.format("a")), share_name("night", URL.format("b"))

    assert ours == share_name("night", "mqtts://other:a@elsewhere")  # workers of one group find one another
    assert len({ours, theirs, "night"}) == 3
    assert "/" not in ours


def test_without_a_password_there_is_nothing_to_make_a_name_of() -> None:
    assert share_name("night", "mqtt://broker") == "night"
