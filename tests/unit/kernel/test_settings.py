"""Settings are read once; a bad one names the variable, the value and what was expected."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cityops.errors import SettingError
from cityops.settings import PREFIX, Settings, read_settings

SECRET = "postgresql://cityops:s3cret@db:5432/cityops"


def test_everything_has_a_default() -> None:
    settings = read_settings({})

    assert (settings.timezone, settings.language, settings.wall_open, settings.cookie_secure) == (
        "Asia/Shanghai", "zh", False, True,
    )  # fmt: skip


def test_every_setting_has_a_sentence_of_help() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(SECRET + "\n")

    assert read_settings({"CITYOPS_DATABASE_URL_FILE": str(file)}).require_database_url() == SECRET


def test_secrets_are_masked_wherever_settings_are_shown() -> None:
    settings = read_settings({"CITYOPS_DATABASE_URL": SECRET, "CITYOPS_SECRET_KEY": "k" * 32})

    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert "kkk" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TIMEZONE", "Mars/Olympus", "IANA"),
        ("LANGUAGE", "fr", "'zh' or 'en'"),
        ("DATABASE_URL", "mysql://x", "postgresql://"),
        ("READ_DATABASE_URL", "mqtt://x", "postgresql://"),
        ("MQTT_URL", "localhost:1883", "mqtt://"),
        ("SECRET_KEY", "short", "32 characters"),
        ("WALL_OPEN", "perhaps", "boolean"),
        ("TRUSTED_PROXIES", "proxy.example.cn", "addresses and networks"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "addresses and networks"),
        ("TRUSTED_PROXIES", "10.0.0.5,0.0.0.0/0", "proxies only"),
        ("ALLOWED_HOSTS", "https://city.example.cn", "names without scheme"),
        ("ALLOWED_HOSTS", "city.example.cn:443", "names without scheme"),
        ("CAP_FEEDS", "http://weather.example/atom.xml", "https://host/path"),
        ("CAP_FEEDS", "https://u:p@weather.example/atom.xml", "without an account"),
        ("CAP_FEEDS", "https:///atom.xml", "https://host/path"),
        ("CAP_FEEDS", "https://weather.example:99999/", "a port"),
        ("CAP_FEEDS", "spool/in", "a folder such as"),
        ("CAP_FEEDS", "https://weather.example/atom.xml other.example/atom.xml", "https://host/path"),
        ("CAP_FEEDS", "file:///etc", "https://host/path"),
        ("CAP_FEEDS", " ".join(f"/in/{number}" for number in range(21)), "at most 20 feeds"),
    ],
)
def test_a_bad_value_names_variable_and_expectation(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingError, match=f"{PREFIX}{name}=.*{expected}"):
        read_settings({PREFIX + name: value})


def test_proxies_and_hosts_are_lists() -> None:
    settings = read_settings(
        {
            "CITYOPS_TRUSTED_PROXIES": "10.0.0.5, 172.30.50.0/24 fd00::1",
            "CITYOPS_ALLOWED_HOSTS": "City.example.cn,*.ops.example.cn",
        }
    )

    assert [str(one) for one in settings.trusted_proxies or ()] == ["10.0.0.5/32", "172.30.50.0/24", "fd00::1/128"]
    assert settings.allowed_hosts == ("city.example.cn", "*.ops.example.cn")
    assert read_settings({"CITYOPS_ALLOWED_HOSTS": ""}).allowed_hosts == ()


def test_feeds_are_a_list_with_each_once() -> None:
    address = "https://weather.example/atom.xml?a=1"

    settings = read_settings({"CITYOPS_CAP_FEEDS": f"{address}, /var/spool/in\n{address} /home/my demo/in,/b"})

    assert settings.cap_feeds == (address, "/var/spool/in", "/home/my demo/in", "/b")


def test_a_bad_secret_is_not_shown() -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"CITYOPS_DATABASE_URL": "mysql://user:hunter2@db/x"})

    assert "hunter2" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(SettingError, match="CITYOPS_SECRET_KEY_FILE=/none"):
        read_settings({"CITYOPS_SECRET_KEY_FILE": "/none"})


def test_a_missing_setting_is_asked_for() -> None:
    with pytest.raises(SettingError, match="CITYOPS_MQTT_URL is not set"):
        read_settings({}).require_mqtt_url()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read_settings({}).language = "en"
