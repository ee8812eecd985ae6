"""A setting that is a secret says so in its definition, and no program is given those of others."""

import re

import pytest

from cityops.settings import PREFIX, Settings
from cityops.settings.environments import environment_for, holders_of

# They speak of a secret and are none: what everybody may have, and how people are let in.
NO_SECRETS = {"reporter_public_key", "share_public_key", "cap_certificate", "wall_open"}
SECRETS = {name for name in Settings.model_fields if holders_of(name) is not None}
PROGRAMS = sorted({program for name in SECRETS if (held := holders_of(name)) is not None for program in held.programs})


def test_whatever_speaks_of_a_secret_says_who_holds_it() -> None:
    spoken = {
        name
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
        or re.search(r"_key|secret|password|token", name)
        or re.search(r"(?i)\b(keys?|secrets?|passwords?|tokens?|channels)\b", field.description or "")
    }

    assert spoken - NO_SECRETS == SECRETS


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_given_no_secret_of_another(program: str) -> None:
    variables = [PREFIX + name.upper() for name in Settings.model_fields]
    everything = {variable + end: "x" for variable in variables for end in ("", "_FILE")} | {"PATH": "/bin"}
    given = environment_for(program, everything)

    own = {name for name in SECRETS if (held := holders_of(name)) is not None and program in held.programs}
    kept = [name for name in Settings.model_fields if name not in SECRETS - own]
    assert given.keys() == {PREFIX + name.upper() + end for name in kept for end in ("", "_FILE")} | {"PATH"}


def test_the_portal_holds_its_database_its_channels_and_its_broker() -> None:
    everything = {PREFIX + name.upper(): "x" for name in SECRETS}
    held = {"CITYOPS_DATABASE_URL", "CITYOPS_HOOKS_FILE", "CITYOPS_OPEN_MQTT_URL"}
    assert environment_for("portal", everything).keys() == held
