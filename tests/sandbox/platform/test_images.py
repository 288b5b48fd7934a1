import pytest

from sandbox.platform.images import NotPushed, push
from sandbox.registry.server import RegistryTwin
from sandbox.servers.loopback import free_port

NAME = "candlefish/graphql-api"


def test_what_is_pushed_is_there_to_be_pulled():
    with RegistryTwin() as registry:
        push(registry.host, NAME, "v1.4.3-bad")
        assert "v1.4.3-bad" in registry.shelf.tags(NAME)


def test_a_registry_that_does_not_take_it_is_told():
    with RegistryTwin() as registry:
        registry.faults.status("POST", "^/sandbox/images", 503)
        with pytest.raises(NotPushed, match="answers 503"):
            push(registry.host, NAME, "v1.4.3")
    with pytest.raises(NotPushed, match="does not answer"):
        push(f"127.0.0.1:{free_port()}", NAME, "v1.4.3")


def test_the_registry_of_others_is_left_alone():
    push("registry.candlefish.ai", NAME, "v1.4.3")
