"""The parts of the platform that run in Kubernetes, and how large each is."""

from dataclasses import dataclass

from sandbox.kubernetes.seed.release import Release

BLUE, GREEN = "blue", "green"


@dataclass(frozen=True, kw_only=True)
class Part:
    """`least` and `most` bound its pods, `load` is how many the live colour's work needs.

    `history` is by colour, oldest first; the last one runs. Blue is live. `documents` and `schema`
    say whether its releases declare which of them they can read.
    """

    name: str
    least: int
    most: int
    load: int
    cpu: str
    memory: str
    cpu_limit: str
    memory_limit: str
    blue: tuple[Release, ...]
    green: tuple[Release, ...]
    documents: bool = False
    schema: bool = True

    @property
    def history(self) -> dict[str, tuple[Release, ...]]:
        return {BLUE: self.blue, GREEN: self.green}


_BLUE = (Release(tag="v1.4.0", days_ago=9.0), Release(tag="v1.4.2", days_ago=2.0))
_GREEN = (Release(tag="v1.3.9", days_ago=12.0), Release(tag="v1.4.1", days_ago=5.0))

GRAPHQL = Part(
    name="graphql-api",
    least=3,
    most=10,
    load=6,
    cpu="250m",
    memory="512Mi",
    cpu_limit="1",
    memory_limit="1Gi",
    blue=_BLUE,
    green=_GREEN,
)
WEBSOCKET = Part(
    name="websocket-service",
    least=3,
    most=8,
    load=5,
    cpu="250m",
    memory="512Mi",
    cpu_limit="1",
    memory_limit="1Gi",
    blue=_BLUE,
    green=_GREEN,
    schema=False,
)
DOCUMENTS = Part(
    name="document-service",
    least=2,
    most=6,
    load=4,
    cpu="300m",
    memory="768Mi",
    cpu_limit="1500m",
    memory_limit="1536Mi",
    blue=_BLUE,
    green=_GREEN,
    documents=True,
)
PARTS = (GRAPHQL, WEBSOCKET, DOCUMENTS)
