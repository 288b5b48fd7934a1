"""Where the suite runs: on the twin, or on the cluster that `make test-kubernetes` is given.

Of that cluster it needs rights in one namespace, or the right to make one; an image that runs
until it is stopped; and nodes that make its pods Ready. The Makefile turns
CANDLEFISH_TEST_KUBECONFIG, _CONTEXT, _NAMESPACE and _IMAGE into options, for tests start from a
clean environment.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kubernetes import config

from bot.adapters.kubernetes.cluster import KubernetesCluster
from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.twin import KubernetesTwin
from tests.cluster.place import Place, made

PAUSE = "registry.k8s.io/pause:3.10"
ADVICE = "no real cluster: CANDLEFISH_TEST_KUBECONFIG=… make test-kubernetes runs the same on one"
OPTIONS = ("--kubeconfig", "--kube-context", "--kube-namespace", "--kube-image")


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in OPTIONS:
        parser.addoption(name, default="", help="of the cluster to test on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "place" not in metafunc.fixturenames:
        return
    if metafunc.config.getoption("--kubeconfig", ""):
        metafunc.parametrize("place", ["real"], indirect=True, scope="module")
        return
    real = pytest.param("real", marks=pytest.mark.skip(reason=ADVICE))
    metafunc.parametrize("place", ["twin", real], indirect=True, scope="module")


@contextmanager
def connected(
    kubeconfig: str,
    *,
    context: str | None = None,
    namespace: str = "",
    image: str = PAUSE,
    patience: float,
) -> Iterator[Place]:
    api = config.new_client_from_config(kubeconfig, context, persist_config=False)
    with (
        api,
        closing(KubernetesCluster.connect(kubeconfig, context)) as cluster,
        made(api, namespace) as own,
    ):
        place = Place(
            cluster=cluster,
            api=api,
            namespace=own,
            image=image,
            patience=patience,
        )
        try:
            yield place
        finally:
            place.remove()


@contextmanager
def twin_place(folder: Path, *, namespace: str = "") -> Iterator[Place]:
    pace = Pace(ready_after=0.02, stop_after=0.02, second=0.05)
    with KubernetesTwin() as twin, Controllers(twin.store, pace=pace):
        file = folder / "kubeconfig"
        file.write_text(twin.kubeconfig())
        with connected(str(file), namespace=namespace, patience=20) as place:
            yield place


@pytest.fixture(scope="module")
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """One namespace for a module; every test names its own objects in it."""
    if request.param == "twin":
        with twin_place(tmp_path_factory.mktemp("cluster")) as found:
            yield found
        return
    option = request.config.getoption
    with connected(
        option("--kubeconfig"),
        context=option("--kube-context") or None,
        namespace=option("--kube-namespace"),
        image=option("--kube-image") or PAUSE,
        patience=240,
    ) as found:
        yield found
