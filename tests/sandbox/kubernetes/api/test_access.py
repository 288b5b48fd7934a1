"""RBAC by bearer token, with the bot's own minimal rules, and the reviews that tell them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.kubernetes.access.rules import Token
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE, deployment

BOT = [
    {
        "apiGroups": ["apps"],
        "resources": ["deployments"],
        "resourceNames": [NAME],
        "verbs": ["get", "list", "watch", "patch"],
    },
    {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": ["list"]},
    {
        "apiGroups": [""],
        "resources": ["services"],
        "resourceNames": ["docs"],
        "verbs": ["get", "patch"],
    },
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
]
MERGE = {"content-type": "application/merge-patch+json"}
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{PLACE}/deployments"
NAMED = f"metadata.name%3D{NAME}"
REVIEWS = "/apis/authorization.k8s.io/v1"


@pytest.fixture
def token(twin: KubernetesTwin) -> str:
    return twin.token("bot", BOT, namespace=PLACE)


@pytest.fixture
def bot(twin: KubernetesTwin, token: str) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=twin.url, headers=headers, timeout=10) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", PATH, 200),
        ("PATCH", PATH, 200),
        ("PATCH", f"{PATH}?dryRun=All", 200),
        ("PUT", PATH, 403),
        ("DELETE", PATH, 403),
        ("PATCH", f"{PATH}/scale", 403),
        ("GET", f"{DEPLOYMENTS}/other", 403),
        ("GET", DEPLOYMENTS, 403),
        ("GET", f"{DEPLOYMENTS}?fieldSelector={NAMED}", 200),
        ("GET", f"{DEPLOYMENTS}?fieldSelector=metadata.name=other", 403),
        (
            "GET",
            f"{DEPLOYMENTS}?watch=1&fieldSelector={NAMED}&timeoutSeconds=1",
            200,
        ),
        ("GET", f"{DEPLOYMENTS}?watch=1", 403),
        ("GET", f"/apis/apps/v1/namespaces/{PLACE}/replicasets", 200),
        ("GET", "/apis/apps/v1/namespaces/staging/replicasets", 403),
        ("GET", "/apis/apps/v1/replicasets", 403),
        ("PATCH", f"/api/v1/namespaces/{PLACE}/services/docs", 200),
        ("GET", f"/api/v1/namespaces/{PLACE}/pods", 200),
        ("POST", f"/api/v1/namespaces/{PLACE}/pods/graphql-a/eviction", 403),
        ("GET", "/apis/nobody.io/v1/things", 403),
    ],
)
def test_what_the_bot_may(bot: httpx.Client, method: str, path: str, code: int) -> None:
    body: Any = {} if method == "PATCH" else None

    answer = bot.request(method, path, json=body, headers=MERGE if body is not None else {})

    assert answer.status_code == code


@pytest.mark.parametrize(
    ("path", "target", "rest"),
    [
        (DEPLOYMENTS, "deployments.apps", f'"apps" in the namespace "{PLACE}"'),
        (
            f"{DEPLOYMENTS}?fieldSelector=metadata.name%3Dx",
            'deployments.apps "x"',
            f'"apps" in the namespace "{PLACE}"',
        ),
        ("/apis/apps/v1/deployments", "deployments.apps", '"apps" at the cluster scope'),
    ],
)
def test_a_refusal_names_user_verb_and_resource(
    bot: httpx.Client, path: str, target: str, rest: str
) -> None:
    words = f'{target} is forbidden: User "bot" cannot list resource "deployments" in API group '

    assert bot.get(path).json()["message"] == words + rest


def test_a_refused_subresource_is_named(bot: httpx.Client) -> None:
    message = bot.get(f"{PATH}/scale").json()["message"]

    assert 'deployments.apps "graphql" is forbidden: User "bot" cannot get' in message
    assert 'resource "deployments/scale" in API group "apps"' in message


def test_an_unknown_token_is_nobody_and_no_token_is_anonymous(twin: KubernetesTwin) -> None:
    wrong = httpx.get(twin.url + PATH, headers={"authorization": "Bearer wrong"})
    none = httpx.get(twin.url + PATH)

    assert (wrong.status_code, none.status_code) == (401, 403)
    assert 'User "system:anonymous"' in none.json()["message"]


def test_rights_can_be_taken_away(twin: KubernetesTwin, bot: httpx.Client, token: str) -> None:
    twin.tokens.replace(token, Token(name="bot"))
    assert bot.get(PATH).status_code == 403

    twin.tokens.revoke(token)
    assert bot.get(PATH).status_code == 401


def review(bot: httpx.Client, **attributes: str) -> Any:
    body = {"spec": {"resourceAttributes": attributes}}
    answer = bot.post(f"{REVIEWS}/selfsubjectaccessreviews", json=body)
    assert answer.status_code == 201
    return answer.json()["status"]["allowed"]


def test_the_bot_learns_its_own_rights(bot: httpx.Client) -> None:
    wanted = {"group": "apps", "resource": "deployments", "namespace": PLACE}

    assert review(bot, verb="patch", name=NAME, **wanted)
    assert not review(bot, verb="patch", name="other", **wanted)
    assert not review(bot, verb="patch", **wanted)
    assert not review(bot, verb="patch", name=NAME, subresource="scale", **wanted)
    assert not review(bot, verb="patch", name=NAME, **{**wanted, "namespace": "staging"})


def test_the_bot_lists_its_own_rules(bot: httpx.Client) -> None:
    answer = bot.post(f"{REVIEWS}/selfsubjectrulesreviews", json={"spec": {"namespace": PLACE}})

    rules = answer.json()["status"]["resourceRules"]
    assert {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]} in rules


def test_a_review_of_nothing_is_refused(bot: httpx.Client) -> None:
    answer = bot.post(f"{REVIEWS}/selfsubjectaccessreviews", json={"spec": {}})

    assert answer.status_code == 422


def test_an_admission_policy_has_the_last_word(twin: KubernetesTwin, http: httpx.Client) -> None:
    twin.policies.add(
        "no-latest",
        lambda review: "tags only" if "latest" in str(review.object) else None,
    )

    refused = http.post(DEPLOYMENTS, json=deployment("docs", "registry/docs:latest"))
    taken = http.post(DEPLOYMENTS, json=deployment("docs", "registry/docs:v1"))

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert refused.json()["message"] == (
        "deployments.apps \"docs\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with "
        "binding 'no-latest' denied request: tags only"
    )


def test_an_admission_policy_also_sees_dry_runs(twin: KubernetesTwin, http: httpx.Client) -> None:
    seen: list[tuple[str, bool, int, int]] = []

    def look(review: Any) -> None:
        replicas = [each["spec"]["replicas"] for each in (review.old, review.object)]
        seen.append((review.user, review.dry, *replicas))

    twin.policies.add("look", look)
    http.patch(f"{PATH}?dryRun=All", json={"spec": {"replicas": 7}}, headers=MERGE)

    assert seen == [("kubernetes-admin", True, 3, 7)]


def test_an_admission_policy_sees_evictions(twin: KubernetesTwin, http: httpx.Client) -> None:
    twin.policies.add(
        "stay",
        lambda review: f"{review.name} stays" if review.subresource == "eviction" else None,
    )
    eviction = {"metadata": {"name": "graphql-a", "namespace": PLACE}}

    refused = http.post(f"/api/v1/namespaces/{PLACE}/pods/graphql-a/eviction", json=eviction)

    assert refused.status_code == 422
    assert refused.json()["message"].endswith("denied request: graphql-a stays")
