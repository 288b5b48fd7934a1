"""The suite leaves a cluster as it found it: a namespace of its own goes, a lent one stays."""

from pathlib import Path

from kubernetes import client

from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import CONFIGMAP, DEPLOYMENT, HPA, NAMESPACE, SERVICE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.cluster.conftest import connected
from tests.cluster.place import Place


def use(place: Place) -> None:
    own = place.deploy("manners", replicas=1)
    place.bound(own, least=1, most=2)
    place.serve("manners")
    place.configure(place.named("manners"))


def names(twin: KubernetesTwin) -> list[str]:
    kinds = (DEPLOYMENT, SERVICE, CONFIGMAP, HPA)
    return [each["metadata"]["name"] for kind in kinds for each in twin.store.list(kind)]


def test_only_what_it_made_is_removed(tmp_path: Path) -> None:
    pace = Pace(ready_after=0.02, stop_after=0.02, second=0.05)
    with KubernetesTwin() as twin, Controllers(twin.store, pace=pace):
        twin.store.create(NAMESPACE, {"metadata": {"name": "lent"}})
        theirs = {"metadata": {"name": "theirs", "namespace": "lent"}}
        twin.store.create(CONFIGMAP, theirs)
        file = tmp_path / "kubeconfig"
        file.write_text(twin.kubeconfig())

        for namespace in ("lent", ""):
            with connected(str(file), namespace=namespace, patience=20) as place:
                use(place)
                assert len(names(twin)) == 5
            assert names(twin) == ["theirs"]

        core = client.CoreV1Api(place.api)
        assert [each.metadata.name for each in core.list_namespace().items] == ["lent"]
