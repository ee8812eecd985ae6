"""The files that production is made of say what the design asks, as far as can be seen without Docker."""

import fnmatch
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml

import cityops
from cityops.devices.topics import TopicChannel, parse_topic
from cityops.settings import PREFIX, Settings, read_settings
from cityops.settings.environments import holders_of
from ingest.decoders import decode
from ingest.messages import Cleared, Content, Fragments, Message, ReadingsMessage

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
KEPT = ["keep", "--mark", "/tmp/progress"]
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROGRAMS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
BROKER = (REPOSITORY / "deploy/mosquitto/mosquitto.conf").read_text()
SECRETS_SCRIPT = (REPOSITORY / "deploy/secrets.sh").read_text()
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())

# The keys of the Compose Specification that are in use: a misspelt one would be refused only on the server.
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "logging"),
    *("mem_limit", "networks", "pids_limit", "ports", "profiles", "read_only", "restart", "secrets"),
    *("security_opt", "shm_size", "stop_grace_period", "tmpfs", "ulimits", "user", "volumes"),
}
HEALTHCHECK_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
VERBS = {
    "demo",
    "db",
    "ingest",
    "watch",
    "dashboard",
    "simulate",
    "replay",
    "city",
    "sensors",
    "user",
    "audit",
    "portal",
}

each_service = pytest.mark.parametrize("name", SERVICES)
each_program = pytest.mark.parametrize("name", PROGRAMS)


def kept_command(name: str) -> list[str]:
    """Return what a program runs: itself, or what `cityops keep` runs for it."""
    command: list[str] = PROGRAMS[name]["command"]
    return command[len(KEPT) :] if command[: len(KEPT)] == KEPT else command


def environment_of(service: dict[str, Any]) -> dict[str, str]:
    """Return the environment of a service, with what stands there only if a name of `.env` is set."""
    given: dict[str, str] = service.get("environment", {})
    return {name: re.sub(r"^\$\{\w+:\+(.*)\}$", r"\1", value) for name, value in given.items()}


def is_one_shot(service: dict[str, Any]) -> bool:
    return bool(service["restart"] == "no")


def test_all_services_of_the_design_are_there() -> None:
    designed = {"database", "broker", "migrate", "ingest", "watch", "dashboard", "portal", "simulator", "open-broker"}

    assert designed == set(SERVICES)


def test_only_the_simulator_and_the_broker_of_open_data_wait_for_a_profile() -> None:
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "simulator": ["demo"],
        "open-broker": ["open"],
    }


@each_service
def test_a_service_uses_only_known_keys(name: str) -> None:
    assert set(SERVICES[name]) <= SERVICE_KEYS
    assert set(SERVICES[name].get("healthcheck", {})) <= HEALTHCHECK_KEYS


@each_service
def test_a_service_is_restarted_unless_it_runs_once(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name == "migrate" else "unless-stopped")


@each_service
def test_a_service_has_a_health_check_unless_it_runs_once(name: str) -> None:
    assert is_one_shot(SERVICES[name]) != ("healthcheck" in SERVICES[name])


@each_program
def test_a_program_that_runs_on_is_asked_for_progress(name: str) -> None:
    if is_one_shot(PROGRAMS[name]):
        return
    assert PROGRAMS[name]["command"][: len(KEPT)] == KEPT
    asked = PROGRAMS[name]["healthcheck"]["test"][-1]
    assert KEPT[-1] in asked or "/healthz" in asked  # which asks whether pictures are drawn


def test_systemd_asks_for_progress_too() -> None:
    unit = (REPOSITORY / "deploy/systemd/cityops@.service").read_text()
    assert {"Restart=always", "WatchdogSec=60", "NotifyAccess=main"} <= set(unit.splitlines())


@each_service
def test_an_image_is_pinned_to_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:\d+\.\d+\.\d+(-pg\d+)?(@sha256:[0-9a-f]{64})?", SERVICES[name]["image"])


@each_service
def test_a_service_can_do_little_harm(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "stop_grace_period"} <= set(service)
    assert {"max-size", "max-file"} == set(service["logging"]["options"])


@each_service
def test_a_service_does_not_run_as_root(name: str) -> None:
    user = SERVICES[name].get("user") or final_user()

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


@each_service
def test_a_secret_reaches_a_service_only_as_a_file(name: str) -> None:
    service = SERVICES[name]
    granted = {f"/run/secrets/{secret}" for secret in service.get("secrets", [])}

    for variable, value in environment_of(service).items():
        if re.search("PASSWORD|SECRET|KEY|TOKEN|URL", variable):
            field = Settings.model_fields.get(variable.removeprefix(PREFIX).lower())
            assert variable.endswith("_FILE") or (field is not None and field.annotation == Path | None)
            assert value in granted


def test_no_password_stands_in_the_file() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()

    assert re.findall(r"://[^\s/]*:[^\s/]*@", text) == []
    assert re.findall(r"(?i)password[\"']?\s*[:=]\s*[\"']?\w", text) == []


@each_program
def test_an_environment_variable_of_a_program_is_a_setting(name: str) -> None:
    settings = {PREFIX + field.upper() for field in Settings.model_fields}
    used = set(PROGRAMS[name]["environment"])

    assert {
        variable for variable in used if variable not in settings and variable.removesuffix("_FILE") not in settings
    } == set()


@each_program
def test_a_program_is_given_no_secret_but_its_own(name: str) -> None:
    """And no file of a secret of which it is not told by a setting."""
    program, environment = kept_command(name)[0], environment_of(PROGRAMS[name])
    held = {field: holders_of(field) for field in Settings.model_fields}
    given = {variable.removeprefix(PREFIX).removesuffix("_FILE").lower() for variable in environment}
    given |= {variable.removeprefix(PREFIX).lower() for variable in environment}

    assert {field for field in given if (mark := held.get(field)) and program not in mark.programs} == set()
    files = {f"/run/secrets/{secret}" for secret in PROGRAMS[name]["secrets"]}
    assert files <= set(environment.values())


def test_every_secret_in_use_is_defined_and_every_defined_one_is_used() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}

    assert set(COMPOSE["secrets"]) == used


@pytest.mark.parametrize("secret", COMPOSE["secrets"])
def test_a_secret_is_made_by_the_script(secret: str) -> None:
    assert COMPOSE["secrets"][secret] == {"file": f"./deploy/secrets/{secret}"}
    pair = re.sub("(_public)?_key$", "", secret)
    made = rf"^fresh {secret}\b|>\"\$secrets/{secret}\"|^sealing_pair {pair}$"
    assert re.search(made, SECRETS_SCRIPT, re.MULTILINE)


def test_only_pages_on_this_server_and_the_tls_port_are_published() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {
        "broker": ["8883:8883"],
        "open-broker": ["8884:8884"],
        "dashboard": ["127.0.0.1:8050:8050"],
        "portal": ["127.0.0.1:8060:8060"],
    }


def test_the_portal_shares_no_network_with_the_operations_room() -> None:
    mine = set(SERVICES["portal"]["networks"])

    assert {name for name, service in SERVICES.items() if mine & set(service["networks"])} == {
        *("portal", "database", "open-broker")
    }
    assert SERVICES["portal"]["secrets"] == ["portal_database_url", "reporter_public_key", "open_mqtt_url"]


def test_the_broker_of_open_data_has_nothing_of_the_devices_broker() -> None:
    mine = SERVICES["open-broker"]

    assert (
        set(mine["networks"]) & {name for one in ("broker", "watch", "ingest") for name in SERVICES[one]["networks"]}
        == set()
    )
    assert mine["networks"] == ["open_messages", "listeners"]
    assert [mount for mount in mine["volumes"] if "secrets" in mount] == [
        "./deploy/secrets/open_broker:/mosquitto/secrets:ro"
    ]
    assert "secrets" not in mine


def test_the_portal_tells_what_is_new_only_where_listeners_are_named() -> None:
    """One name in `.env` switches it; without it the portal has no word of a broker that is not there."""
    said = SERVICES["portal"]["environment"]
    unset = {name: re.sub(r"\$\{\w+:[-+][^}]*\}", "", value) for name, value in said.items()}

    assert said["CITYOPS_OPEN_MQTT_URL_FILE"] == "${CITYOPS_OPEN_MQTT_ENDPOINT:+/run/secrets/open_mqtt_url}"
    assert unset["CITYOPS_OPEN_MQTT_URL_FILE"] == unset["CITYOPS_PORTAL_ADDRESS"] == ""
    left = {name: unset[name] for name in unset if "MQTT" in name or name == "CITYOPS_PORTAL_ADDRESS"}
    assert read_settings(left).open_mqtt_url is None


def test_only_the_sender_of_deliveries_has_a_way_out_that_lets_nobody_in() -> None:
    """It reaches the receivers of alerts and of shared data. Others have a way out only where they are reached."""
    networks = COMPOSE["networks"]
    mine = {name for name, service in SERVICES.items() if "deliveries" in service["networks"]}

    assert mine == {"watch"}
    assert "ports" not in SERVICES["watch"]
    assert not (networks["deliveries"] or {}).get("internal")
    assert {name for name, options in networks.items() if not (options or {}).get("internal")} == {
        *("deliveries", "devices", "screens", "public", "listeners")
    }
    reached = {"devices", "screens", "public", "listeners"}
    outward = {name: set(service["networks"]) & reached for name, service in SERVICES.items()}
    assert {name for name, found in outward.items() if found} == {
        name for name, service in SERVICES.items() if "ports" in service
    }


def test_the_database_is_reached_by_services_only() -> None:
    networks = COMPOSE["networks"]
    internal = {name for name, options in networks.items() if options.get("internal")}

    assert SERVICES["database"]["networks"] == ["storage", "public_storage"]
    assert internal == {"storage", "messages", "public_storage", "open_messages"}
    assert {name for service in SERVICES.values() for name in service["networks"]} == set(networks)


@pytest.mark.parametrize("name", ["ingest", "watch", "dashboard", "portal", "simulator"])
def test_a_program_waits_for_the_migration(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_volume_is_defined_and_every_mounted_file_exists() -> None:
    sources = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    made_on_the_server = {
        "./deploy/secrets/broker",
        "./deploy/secrets/open_broker",
        "./deploy/secrets/broker/server.crt",
        "./deploy/secrets/blocked",
    }

    assert {source for source in sources if "/" not in source} == set(COMPOSE["volumes"])
    for source in sources:
        if "/" in source and source not in made_on_the_server:
            assert (REPOSITORY / source).is_file()


@each_program
def test_a_program_runs_a_verb_of_the_contract(name: str) -> None:
    assert kept_command(name)[0] in VERBS


@each_program
def test_the_command_line_knows_the_command_of_a_program(name: str) -> None:
    if importlib.util.find_spec("cityops.command_line") is None:
        pytest.skip("the command line is not written yet")
    command = kept_command(name)
    verb = list(takewhile(str.isalpha, command))
    program = "from cityops.command_line import main; main()"
    shown = subprocess.run(
        [sys.executable, "-c", program, *verb, "--help"], check=False, capture_output=True, text=True
    )

    assert shown.returncode == 0, shown.stderr
    for option in command:
        if option.startswith("--"):
            assert re.search(rf"{option}\b", shown.stdout)


def test_the_image_of_the_programs_has_the_version_of_the_package() -> None:
    assert {service["image"] for service in PROGRAMS.values()} == {f"cityops:{cityops.__version__}"}


# ---- Dockerfile ----------------------------------------------------------------------------------


def final_user() -> str:
    final_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    users: list[str] = re.findall(r"^USER (\S+)$", final_stage, re.MULTILINE)
    return users[-1]


def test_every_stage_starts_from_one_pinned_python() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(images) == 2
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", images[0])


def test_the_image_starts_the_command_line() -> None:
    assert DOCKERFILE.rstrip().endswith('ENTRYPOINT ["cityops"]')


def test_nothing_is_installed_without_a_hash() -> None:
    first, second = re.findall(r"pip install (.*)", DOCKERFILE)

    assert "--require-hashes" in first.split()
    assert "--requirement requirements.lock" in first
    assert second.startswith("--no-deps --no-build-isolation .")


def test_the_final_image_has_no_build_stage_but_its_result() -> None:
    final_stage = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.findall(r"^COPY (.*)$", final_stage, re.MULTILINE) == ["--from=build /opt/cityops /opt/cityops"]
    assert "install" not in final_stage


def test_everything_the_build_needs_is_copied_and_let_through() -> None:
    copies = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {source for line in copies for source in line.split()}
    ignore = (REPOSITORY / ".dockerignore").read_text().splitlines()
    packages = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert {"pyproject.toml", PYPROJECT["project"]["readme"], "requirements.lock", *packages} <= copied
    assert "*" in ignore
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == copied


# ---- what two files say alike --------------------------------------------------------------------


@pytest.mark.parametrize("service", [name for name, service in SERVICES.items() if "secrets" in service])
def test_the_script_gives_each_secret_to_the_user_that_reads_it(service: str) -> None:
    owner = SERVICES[service].get("user") or final_user()
    given = [line.split(" #")[0] for line in SECRETS_SCRIPT.splitlines() if f"chown {owner} " in line]
    patterns = [word.replace('"', "").removeprefix("$secrets/") for line in given for word in line.split()[2:]]

    for secret in SERVICES[service]["secrets"]:
        assert any(fnmatch.fnmatchcase(secret, pattern) for pattern in patterns), secret


def test_the_script_gives_the_brokers_folder_to_the_broker() -> None:
    assert f'chown -R {SERVICES["broker"]["user"]} "$broker"' in SECRETS_SCRIPT


def test_passwords_are_hashed_by_the_broker_that_reads_them() -> None:
    assert f"image={SERVICES['broker']['image']} " in (REPOSITORY / "deploy/account.sh").read_text()


def test_the_broker_listens_on_the_ports_that_the_others_use() -> None:
    assert listeners(in_docker(BROKER)) == ["8883", "1883"]
    assert "@broker:1883" in SECRETS_SCRIPT


def test_only_the_published_port_of_the_broker_has_tls() -> None:
    published, internal = BROKER.split("\nlistener ")[1:]

    assert re.findall("^cafile|^certfile|^keyfile", published, re.MULTILINE) == ["cafile", "certfile", "keyfile"]
    assert not re.search("^certfile", internal, re.MULTILINE)


def test_without_docker_the_port_without_tls_is_open_to_this_machine_only() -> None:
    assert listeners(BROKER) == ["8883", "1883 127.0.0.1"]


def test_every_file_that_the_broker_reads_is_mounted() -> None:
    mounted = {mount.split(":")[1] for mount in SERVICES["broker"]["volumes"]}
    read = set(re.findall(r"^\w+ (/mosquitto/config/\S+)$", BROKER, re.MULTILINE))

    assert read == {"/mosquitto/config/acl", "/mosquitto/config/acl-services"}
    assert read <= mounted


def test_the_broker_of_open_data_listens_where_the_portal_and_strangers_look() -> None:
    """And the door of the portal is open in the container alone: elsewhere to this machine."""
    given = (REPOSITORY / "deploy/mosquitto/open.conf").read_text()
    shell, option, script = SERVICES["open-broker"]["command"]
    assert (shell, option) == ("sh", "-c")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "open.conf").write_text(given)
        (Path(name) / "mosquitto").write_text('#!/bin/sh\ncat "$2"\n')
        (Path(name) / "mosquitto").chmod(0o755)
        script = (
            script.replace("$$", "$").replace("/mosquitto/config", name).replace("/tmp/open.conf", f"{name}/run.conf")
        )
        environment = {"PATH": f"{name}:{os.environ['PATH']}"}
        done = subprocess.run(["sh", "-c", script], env=environment, check=True, capture_output=True, text=True)

    assert listeners(given) == ["8884", "1884 127.0.0.1"]
    assert listeners(done.stdout) == ["8884", "1884"]
    assert "@open-broker:1884" in SECRETS_SCRIPT
    mounted = {mount.split(":")[1] for mount in SERVICES["open-broker"]["volumes"]}
    assert set(re.findall(r"^\w+ (/mosquitto/config/\S+)$", given, re.MULTILINE)) <= mounted


def test_the_broker_keeps_sessions_and_queues_beyond_its_defaults() -> None:
    options = dict(re.findall(r"^([a-z_]+) (\S+)$", BROKER, re.MULTILINE))

    assert options["persistence"] == "true"
    assert int(options["max_inflight_messages"]) > 20
    assert int(options["max_queued_messages"]) > 1000
    assert {"max_queued_bytes", "max_packet_size", "autosave_interval", "persistent_client_expiration"} <= set(options)


def listeners(configuration: str) -> list[str]:
    return re.findall("^listener (.*)$", configuration, re.MULTILINE)


def in_docker(configuration: str) -> str:
    """Return the configuration as the container's command gives it to the broker: here a stand-in that prints it."""
    shell, script, given, _, *options = SERVICES["broker"]["command"]
    assert (shell, script) == ("sh", "/mosquitto/config/broker.sh")
    assert given == "/mosquitto/config/mosquitto.conf"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "passwords").write_text("air-017:hash\n")
        (folder / "mosquitto.conf").write_text(
            configuration.replace("/mosquitto/secrets/passwords", f"{name}/passwords")
        )
        (folder / "mosquitto").write_text('#!/bin/sh\ncat "$2"\n')
        (folder / "mosquitto").chmod(0o755)
        command = [shell, "deploy/mosquitto/broker.sh", f"{name}/mosquitto.conf", f"{name}/blocked", *options]
        environment = {"PATH": f"{name}:{os.environ['PATH']}", "TMPDIR": name}
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


# ---- docs ----------------------------------------------------------------------------------------


def declared(requirements: list[str]) -> list[str]:
    names = [re.split(r"[\[<>=]", requirement)[0] for requirement in requirements]
    return [name for name in names if name != PYPROJECT["project"]["name"]]


@pytest.mark.parametrize(
    "package",
    [
        *declared(PYPROJECT["project"]["dependencies"]),
        *declared(PYPROJECT["project"]["optional-dependencies"]["build"]),
        *declared(PYPROJECT["project"]["optional-dependencies"]["dev"]),
    ],
)
def test_a_dependency_has_its_reason(package: str) -> None:
    text = (DOCS / "reference/dependencies.md").read_text()

    assert re.search(rf"^\| `{package}` \| \S.+ \|$", text, re.MULTILINE)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_in_the_table_with_its_default(name: str) -> None:
    setting = Settings.model_fields[name]
    default = "not set" if setting.default is None else f"`{str(setting.default).lower()}`"
    if isinstance(setting.default, str):
        default = f"`{setting.default}`"
    row = f"| `{PREFIX}{name.upper()}` | {default} | {setting.description} |"

    assert row in (DOCS / "reference/settings.md").read_text().splitlines()


def test_the_first_page_links_every_page_and_no_other() -> None:
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"index.md"}
    linked = set(re.findall(r"\]\(([^)#:]+\.md)\)", (DOCS / "index.md").read_text())) - {"../README.md"}

    assert pages == linked


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page} links {target}"


# The messages of the page for device makers, by their topics.
EXAMPLES: dict[str, str] = dict(
    re.findall(
        r"-t (\S+) +-m '?([^'\n]+)'?$", (DOCS / "reference/mqtt.md").read_text().replace("\\\n ", ""), re.MULTILINE
    )
)


def decode_example(topic: str) -> Content:
    return decode(Message(topic, EXAMPLES[topic].encode(), received_at=datetime(2026, 7, 1, 0, 16, tzinfo=UTC)))


def test_device_makers_find_an_example_for_every_channel() -> None:
    assert {parse_topic(topic)[1] for topic in EXAMPLES} == set(TopicChannel)


@pytest.mark.parametrize("topic", EXAMPLES)
def test_an_example_for_device_makers_is_understood(topic: str) -> None:
    assert not isinstance(decode_example(topic), Cleared)


def test_the_examples_of_both_formats_say_the_same() -> None:
    telemetry = next(topic for topic in EXAMPLES if topic.endswith(TopicChannel.TELEMETRY))
    senml = next(topic for topic in EXAMPLES if topic.endswith(TopicChannel.SENML))

    native, pack = decode_example(telemetry), decode_example(senml)
    assert isinstance(native, ReadingsMessage)
    assert isinstance(pack, Fragments)
    said = [(moment.time, list(moment.values)) for moment in native.moments]
    assert said == [(one.time, [(part.name, part.value) for part in one.parts]) for one in pack.fragments]
    assert not any(part.error for one in pack.fragments for part in one.parts)
