"""What an alert's labels mean here: which component, how bad, whose runbook and ladder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.route import Route, Settings, trail
from bot.domain.severity import CATEGORY_OF, SEVERITY_OF, Category, Severity, severity_of

SEVERITY_LABELS = ("severity", "level")
COMPONENT_LABELS = ("component", "service", "app", "job")
ENVIRONMENT_LABELS = ("environment", "env")
_LONGEST_NAME = 200  # a database's index takes no entry of any length


@dataclass(frozen=True, kw_only=True, slots=True)
class Routed:
    """What an alert means here.

    `severity_text` is the sender's own word, empty if it said none. `component` may be unknown
    to the catalogue, and is `None` if no label names one.
    """

    path: str
    category: Category
    severity: Severity
    severity_text: str
    component: str | None
    component_known: bool
    environment: str
    runbook: str
    ladder: str
    incident: bool
    ignored_labels: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What the labels alone say, and which labels said it; no label is an empty name."""

    severity_label: str
    severity_text: str
    component_label: str
    component: str | None
    environment_label: str
    environment: str


def route(catalogue: Catalogue, labels: Mapping[str, str]) -> Routed:
    """Never refuses: what nothing else takes, the root route does."""
    heard = hear(catalogue, labels)
    taken = trail(catalogue.routes, understood(heard, labels))[-1]
    settings = taken.settings
    severity, category = grade(settings, heard.severity_text)
    _, component = blame(catalogue, settings, heard, labels)
    return Routed(
        path=taken.path,
        category=category,
        severity=severity,
        severity_text=heard.severity_text,
        component=component,
        component_known=component in catalogue.components,
        environment=heard.environment,
        runbook=settings.runbook,
        ladder=settings.ladder,
        incident=settings.incident,
        ignored_labels=settings.ignored_labels,
    )


def looked_at(catalogue: Catalogue) -> tuple[str, ...]:
    """The labels that any route asks for: alerts alike in these are routed alike."""
    names = {*SEVERITY_LABELS, *COMPONENT_LABELS, *ENVIRONMENT_LABELS, "alertname"}
    below = [catalogue.routes]
    while below:
        here = below.pop()
        names.update(here.equals, here.patterns, here.settings.component_labels)
        below.extend(here.children)
    return tuple(sorted(names))


def hear(catalogue: Catalogue, labels: Mapping[str, str]) -> Heard:
    severity_label, severity_text = first_of(labels, SEVERITY_LABELS)
    component_label, component = first_of(labels, COMPONENT_LABELS)
    environment_label, environment = first_of(labels, ENVIRONMENT_LABELS)
    return Heard(
        severity_label=severity_label,
        severity_text=severity_text,
        component_label=component_label,
        component=(catalogue.component_named(component) or component) or None,
        environment_label=environment_label,
        environment=catalogue.environment_named(environment or catalogue.default_environment),
    )


def first_of(labels: Mapping[str, str], names: Iterable[str]) -> tuple[str, str]:
    """The first of these labels that says something, and what it says, cut to a name's length."""
    for name in names:
        if value := labels.get(name):
            return name, value[:_LONGEST_NAME]
    return "", ""


def understood(heard: Heard, labels: Mapping[str, str]) -> Mapping[str, str]:
    """The labels as routes match them: component, environment and severity by our own names.

    A severity word that we do not know stays the sender's, in lower case.
    """
    severity = severity_of(heard.severity_text)
    return {
        **labels,
        "component": heard.component or "",
        "environment": heard.environment,
        "severity": CATEGORY_OF[severity] if severity else heard.severity_text.casefold(),
    }


def grade(settings: Settings, text: str) -> tuple[Severity, Category]:
    """The route's word beats the sender's; an unknown word counts as a warning."""
    severity = settings.severity or severity_of(text) or Severity.SEV3
    category = settings.category or CATEGORY_OF[severity]
    if settings.severity is None and category is not CATEGORY_OF[severity]:
        severity = SEVERITY_OF[category]
    return severity, category


def blame(
    catalogue: Catalogue, settings: Settings, heard: Heard, labels: Mapping[str, str]
) -> tuple[str, str | None]:
    """Why this component, and which; the route's own word comes first, then its labels."""
    if settings.component is not None:
        return "the route says so", settings.component
    for label in settings.component_labels:
        known = catalogue.component_named(labels.get(label, ""))
        if known is not None:
            return f"label {label}={labels[label]}", known
    if heard.component is None:
        return f"no label {', '.join(COMPONENT_LABELS)}", None
    return f"label {heard.component_label}={labels[heard.component_label]}", heard.component


def explain(catalogue: Catalogue, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The same decision as `route`, in sentences: one per thing decided, with its reason."""
    heard = hear(catalogue, labels)
    passed = trail(catalogue.routes, understood(heard, labels))
    routed = route(catalogue, labels)
    why_component, _ = blame(catalogue, passed[-1].settings, heard, labels)
    unknown = "" if routed.component_known or not routed.component else ", not in components.yaml"
    environment = heard.environment_label
    return (
        f"route {routed.path}: " + "; ".join(_asked(node) for node in passed),
        f"component {routed.component or 'none'}: {why_component}{unknown}",
        f"environment {routed.environment}: "
        + (f"label {environment}={labels[environment]}" if environment else "the bot's own"),
        f"severity {routed.severity}, category {routed.category}: "
        + _why_severity(passed, heard.severity_label, heard.severity_text),
        f"runbook {routed.runbook}: {_source(passed, 'runbook')}",
        f"ladder {routed.ladder}: {_source(passed, 'ladder')}",
        f"incident {'yes' if routed.incident else 'no'}: {_source(passed, 'incident')}",
    )


def _asked(node: Route) -> str:
    asked = [f"{label} is {' or '.join(sorted(node.equals[label]))}" for label in node.equals]
    asked += [f"{label} matches {pattern.pattern}" for label, pattern in node.patterns.items()]
    return f"{node.name} (line {node.line}) takes " + (
        f"alerts whose {' and '.join(asked)}" if asked else "everything"
    )


def _source(passed: tuple[Route, ...], *settings: str) -> str:
    named = [node for node in passed if node.given & set(settings)]
    if not named:
        return "the default"
    return "named by this route" if named[-1] is passed[-1] else f"inherited from {named[-1].path}"


def _why_severity(passed: tuple[Route, ...], label: str, text: str) -> str:
    settings = passed[-1].settings
    if settings.severity or settings.category:
        return _source(passed, "severity", "category")
    if not label:
        return "no label severity or level, so a warning"
    known = "" if severity_of(text) else ", an unknown word, so a warning"
    return f"label {label}={text}{known}"
