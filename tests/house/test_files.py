"""What is in the repository, and what must not be."""

import re

from tests.house.source import ROOT, tracked

# Written apart, so that this file does not find itself.
FORBIDDEN = [
    "/" + "work/",
    "/" + "tmp/bash_jobs",
    "/root" + "/.",
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "registry" + r"\.npmjs",
    "--index" + "-url",
    "--extra-index" + "-url",
]
FIXED_TARGETS = ("demo", "test", "test-long", "check", "run", "bench")


def text_of(path_name: str) -> str:
    return (ROOT / path_name).read_text(encoding="utf-8")


def test_no_file_names_a_machine_or_a_registry() -> None:
    pattern = re.compile("|".join(FORBIDDEN))
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="ignore"))
    ]

    assert found == []


def test_no_secret_and_no_data_is_tracked() -> None:
    names = [path.name for path in tracked()]

    assert not {".env", "jwt.pem", "candlefish.db", "engine.db"} & set(names)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))


def test_the_fixed_commands_exist() -> None:
    assert set(FIXED_TARGETS) <= targets()


def test_the_first_screen_of_readme_gives_the_two_commands() -> None:
    first_screen = "\n".join(text_of("README.md").splitlines()[:40])

    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_readme_names_only_commands_that_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(code_in(text_of("README.md")))))

    assert named <= targets()


def test_modules_that_make_runs_exist() -> None:
    for module in re.findall(r"python -m (\w+)", text_of("Makefile")):
        assert (ROOT / module / "__main__.py").is_file(), module


def test_ci_runs_the_test_command_and_nothing_else() -> None:
    lines = [line for line in text_of(".ci/run").splitlines() if not line.startswith("#")]

    assert lines == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_scripts_can_be_run() -> None:
    scripts = [path for path in tracked() if path.parent == ROOT / "scripts"]

    assert scripts
    for script in [*scripts, ROOT / ".ci" / "run"]:
        assert script.stat().st_mode & 0o111, script
        assert script.read_text().startswith("#!/"), script


def test_links_between_our_documents_lead_somewhere() -> None:
    documents = [path for path in tracked() if path.suffix == ".md"]
    links = [
        (path, target)
        for path in documents
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith(("mailto:", "<", "{"))
    ]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, target in links
        if not (path.parent / target).exists()
    ]

    assert broken == []


def code_in(markdown: str) -> list[str]:
    fenced = re.findall(r"```.*?\n(.*?)```", markdown, re.DOTALL)
    return fenced + re.findall(r"`([^`\n]+)`", markdown)
