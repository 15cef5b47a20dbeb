"""What is wrong is named before anything starts, and production is never half-configured."""

from pathlib import Path

import pytest

from houseful.kernel.settings import SettingsError, load_settings

PRODUCTION = {
    "HOUSEFUL_ENVIRONMENT": "production",
    "HOUSEFUL_SECRET": "s" * 32,
    "HOUSEFUL_PUBLIC_URL": "https://lantern.example",
    "HOUSEFUL_DATABASE_URL": "postgresql://houseful_app:pw@db/houseful",
    "HOUSEFUL_DATABASE_OWNER_URL": "postgresql://houseful_owner:pw@db/houseful",
    "HOUSEFUL_SANDBOX_PAYMENTS": "false",
}


def test_a_complete_production_starts() -> None:
    settings = load_settings(PRODUCTION)

    assert settings.is_production
    assert settings.is_https
    assert not settings.is_embedded


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"HOUSEFUL_SECRET": "s" * 31}, "HOUSEFUL_SECRET"),
        ({"HOUSEFUL_SECRET": ""}, "HOUSEFUL_SECRET"),
        ({"HOUSEFUL_DEBUG": "true"}, "HOUSEFUL_DEBUG"),
        ({"HOUSEFUL_INTERNAL_API_KEY": "k" * 31}, "HOUSEFUL_INTERNAL_API_KEY"),
        ({"HOUSEFUL_PUBLIC_URL": ""}, "HOUSEFUL_PUBLIC_URL"),
        ({"HOUSEFUL_PUBLIC_URL": "http://lantern.example"}, "HOUSEFUL_PUBLIC_URL"),
        ({"HOUSEFUL_DATABASE_OWNER_URL": ""}, "HOUSEFUL_DATABASE_OWNER_URL"),
        ({"HOUSEFUL_SANDBOX_PAYMENTS": "true"}, "HOUSEFUL_SANDBOX_PAYMENTS"),
        ({"HOUSEFUL_ADOBE_SIGN_CLIENT_ID": "only"}, "HOUSEFUL_ADOBE_SIGN_CLIENT_ID"),
        ({"HOUSEFUL_FINANCE_URL": "https://finance.example"}, "HOUSEFUL_FINANCE_API_KEY"),
        ({"HOUSEFUL_PROMOTER_API_KEY": "key"}, "HOUSEFUL_PROMOTER_URL"),
    ],
)
def test_production_is_refused_for_each_thing_that_lacks(
    change: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load_settings({**PRODUCTION, **change})


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({"HOUSEFUL_ENVIRONMENT": "production", "HOUSEFUL_DEBUG": "1"})

    for name in ("SECRET", "DEBUG", "PUBLIC_URL", "SANDBOX_PAYMENTS"):
        assert f"HOUSEFUL_{name}" in str(refusal.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOUSEFUL_PORT", "eighty"),
        ("HOUSEFUL_PORT", "0"),
        ("HOUSEFUL_PORT", "65536"),
        ("HOUSEFUL_WORKERS", "0"),
        ("HOUSEFUL_ENVIRONMENT", "prod"),
        ("HOUSEFUL_DEBUG", "perhaps"),
        ("HOUSEFUL_DATABASE_URL", "mysql://db/houseful"),
        ("HOUSEFUL_DATABASE_URL", "nonsense"),
        ("HOUSEFUL_DATABASE_OWNER_URL", "db/houseful"),
        ("HOUSEFUL_DATABASE_POOL_SIZE", "0"),
        ("HOUSEFUL_PUBLIC_URL", "lantern.example"),
        ("HOUSEFUL_SMTP_URL", "mail.example:587"),
        ("HOUSEFUL_TRUSTED_PROXIES", "10.0.0.0/8, here"),
        ("HOUSEFUL_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_makes_no_sense_is_told_by_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load_settings({variable: value})


def test_a_misspelt_variable_is_told_with_what_was_meant() -> None:
    with pytest.raises(SettingsError, match="Do you mean HOUSEFUL_SECRET"):
        load_settings({"HOUSEFUL_SERCET": "s" * 32})


def test_other_programs_variables_are_left_alone() -> None:
    assert load_settings({"HOUSEFUL_CHROMIUM": "/usr/bin/chromium", "PORT": "80"}).port == 8000


def test_proxies_are_a_list() -> None:
    settings = load_settings({"HOUSEFUL_TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16,"})

    assert settings.trusted_proxies == ("10.0.0.1", "192.168.0.0/16")


def test_the_data_lie_in_the_checkout_wherever_it_is_called_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_settings({}).data_directory == Path(__file__).parents[2] / ".data"
