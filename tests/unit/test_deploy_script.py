"""`.ci/deploy` does each step of a deployment with the right calls. The programs of the tests only note their calls."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
MANIFEST = '{"schemaVersion": 2}\n'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST.encode()).hexdigest()}"
GIVEN = {
    "RELEASE": "c0ffee",
    "ENVIRONMENT": "staging",
    "STATE_BUCKET": "energy-state",
    "RELEASES_BUCKET": "energy-releases",
    "AWS_REGION": "eu-central-1",
    "GITHUB_SHA": "c0de",
}
FILES = "-var-file=environments/aws.tfvars -var-file=environments/staging.tfvars -var=release=c0ffee"


class Runner:
    """A copy of the script in a folder of its own, with programs that note their calls."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs, self.calls = folder, folder / "programs", folder / "calls"
        self.release = folder / "build" / "lambdas" / "c0ffee"
        self.summary = folder / "summary"
        for name in ("aws.tfvars", "staging.tfvars"):
            self._write(f"terraform/environments/{name}", "")
        shutil.copytree(REPOSITORY / ".ci", folder / ".ci")
        self.answers("terraform", "true")
        self.answers("aws", "true")
        self.answers("make", "true")
        self.answers("docker", "true")
        self.answers(
            "skopeo",
            f"mkdir -p {self.release}/image; printf '%s' '{MANIFEST}' >{self.release}/image/manifest.json",
        )
        self.answers("python", "echo x86_64", folder / ".local" / "venv" / "project" / "bin")

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def answers(self, program: str, script: str, folder: Path | None = None) -> None:
        path = (folder or self.programs) / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{program} $*" >>{self.calls}\n{script}\n')
        path.chmod(0o755)

    def built(self) -> None:
        self._write("build/lambdas/c0ffee/image/manifest.json", MANIFEST)

    def run(self, step: str, **changed: str) -> subprocess.CompletedProcess[str]:
        environment = (
            GIVEN | {"PATH": f"{self.programs}:/usr/bin:/bin", "GITHUB_STEP_SUMMARY": str(self.summary)} | changed
        )
        return subprocess.run(
            [self.folder / ".ci" / "deploy", step], env=environment, check=False, capture_output=True, text=True
        )

    def noted(self, program: str = "") -> list[str]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.startswith(program)]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_a_release_is_built_once_with_packages_image_and_lists(runner: Runner) -> None:
    done = runner.run("build")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in runner.noted()] == ["python", "make", "docker", "skopeo", "make"]
    assert runner.noted("make") == ["make package RELEASE=c0ffee", "make sbom RELEASE=c0ffee"]
    assert "--platform=linux/amd64" in runner.noted("docker")[0]
    assert json.loads((runner.release / "image.json").read_text()) == {"digest": DIGEST}
    assert runner.noted("aws") == []  # the job has no rights on AWS


def test_the_image_is_for_the_processor_of_aws_tfvars(runner: Runner) -> None:
    runner.answers("python", "echo arm64", runner.folder / ".local" / "venv" / "project" / "bin")
    runner.run("build")
    assert "--platform=linux/arm64" in runner.noted("docker")[0]


def test_the_state_is_the_environment_s_and_is_locked_by_a_file(runner: Runner) -> None:
    assert runner.run("init").returncode == 0
    (call,) = runner.noted("terraform")
    assert "-backend-config=key=staging/terraform.tfstate" in call
    assert "-backend-config=use_lockfile=true" in call
    assert 'backend "s3"' in (runner.folder / "terraform" / "backend_override.tf").read_text()


def test_a_plan_reads_no_secret_takes_no_lock_and_changes_nothing(runner: Runner) -> None:
    runner.answers("terraform", 'case "$*" in *show*) echo "1 to add";; esac')
    assert runner.run("plan").returncode == 0
    plan, show = runner.noted("terraform")
    assert "-lock=false -refresh=false" in plan
    assert FILES in plan
    assert " show " in show
    assert "1 to add" in runner.summary.read_text()


@pytest.mark.parametrize(("code", "result"), [(0, 0), (1, 1), (2, 1)])
def test_drift_and_errors_fail(runner: Runner, code: int, result: int) -> None:
    runner.answers("terraform", f'case "$*" in *"plan -input"*) exit {code};; *show*) echo "~ changed";; esac')
    done = runner.run("drift")
    assert done.returncode == result
    assert ("staging differs from its state" in done.stderr) == (code == 2)
    assert runner.summary.exists() == (code == 2)
    assert "-refresh=false" not in runner.noted("terraform")[0]


def test_an_environment_without_a_file_of_its_own_has_aws_tfvars_alone(runner: Runner) -> None:
    runner.run("apply", ENVIRONMENT="production")
    apply = runner.noted("terraform")[0]
    assert "-var-file=environments/aws.tfvars -var=release=c0ffee" in apply


def test_an_apply_is_noted_with_its_commit_only_when_it_succeeded(runner: Runner) -> None:
    runner.answers("aws", "cat >>noted")
    assert runner.run("apply").returncode == 0
    assert FILES in runner.noted("terraform")[0]
    assert (runner.folder / "noted").read_text() == "c0de c0ffee\n"
    assert runner.noted("aws") == ["aws s3 cp - s3://energy-releases/deployed/staging"]
    runner.calls.unlink()
    runner.answers("terraform", "exit 1")
    assert runner.run("apply").returncode == 1
    assert runner.noted("aws") == []


def test_the_repository_alone_is_made_before_the_image(runner: Runner) -> None:
    runner.run("repository")
    assert "-target=module.service.aws_ecr_repository.this" in runner.noted("terraform")[0]
    code = (REPOSITORY / "terraform" / "modules" / "service" / "repository.tf").read_text()
    assert 'resource "aws_ecr_repository" "this"' in code


def test_an_image_is_copied_byte_for_byte_and_only_once(runner: Runner) -> None:
    runner.built()
    runner.answers("terraform", f"echo {ECR}/energy-staging-service")
    runner.answers("aws", 'case "$*" in *describe-images*) exit 254;; esac')
    assert runner.run("image").returncode == 0
    assert runner.noted("skopeo")[-1] == (
        f"skopeo copy --preserve-digests dir:build/lambdas/c0ffee/image docker://{ECR}/energy-staging-service:c0ffee"
    )
    assert f"--repository-name energy-staging-service --image-ids imageDigest={DIGEST}" in runner.noted("aws")[0]
    runner.calls.unlink()
    runner.answers("aws", "true")
    assert runner.run("image").returncode == 0
    assert runner.noted("skopeo") == []


def test_a_release_is_kept_once_and_fetched_whole(runner: Runner) -> None:
    runner.built()
    assert runner.run("keep").returncode == 0
    assert len(runner.noted("aws")) == 1  # it is there already
    runner.answers("aws", 'case "$*" in *"s3 ls"*) exit 1;; *"cp - "*) cat >/dev/null;; esac')
    runner.calls.unlink()
    assert runner.run("keep").returncode == 0
    assert [line.split()[2] for line in runner.noted("aws")] == ["ls", "cp", "cp"]
    assert runner.noted("aws")[-1].endswith("s3://energy-releases/c0ffee/complete")


@pytest.mark.parametrize(("complete", "result"), [(DIGEST, 0), ("sha256:0", 1)])
def test_a_release_whose_image_is_another_is_not_used(runner: Runner, complete: str, result: int) -> None:
    runner.built()
    (runner.release / "complete").write_text(f"{complete}\n")
    assert runner.run("fetch").returncode == result


def test_a_preflight_of_a_deployment_that_stands_reads_its_outputs(runner: Runner) -> None:
    runner.answers("terraform", "echo '{}'")
    assert runner.run("preflight").returncode == 0
    first = runner.noted("python")[-1]
    assert "--tfvars terraform/environments/aws.tfvars --tfvars terraform/environments/staging.tfvars" in first
    assert first.endswith("--release c0ffee")
    runner.answers("terraform", """echo '{"state_machine_arn": {}}'""")
    runner.run("preflight")
    assert runner.noted("python")[-1].endswith("--release c0ffee --outputs outputs.json")


def test_an_unknown_step_is_refused_with_the_list(runner: Runner) -> None:
    done = runner.run("destroy")
    assert done.returncode == 2
    steps = [line.split()[0] for line in done.stderr.splitlines() if line.startswith("  ")]
    assert {"build", "plan", "drift", "apply", "smoke"} <= set(steps)


def test_the_workflows_take_only_steps_that_there_are() -> None:
    script = (REPOSITORY / ".ci" / "deploy").read_text()
    for name in ("deploy.yml", "apply.yml"):
        workflow = (REPOSITORY / ".github" / "workflows" / name).read_text()
        steps = [
            line.rpartition(".ci/deploy ")[2].rstrip(')"') for line in workflow.splitlines() if ".ci/deploy " in line
        ]
        assert steps
        assert [step for step in steps if f"{step}()" not in script] == []
