import pytest

from bot.domain.ops_data.people import Person, Role, allows, person_of

ADA = Person(name="ada", slack="U1", login="ada", pagerduty="PADA001")
GRACE = Person(name="grace", slack="U2")
PEOPLE = {"ada": ADA, "grace": GRACE}

MAY = {
    "": "viewer",
    "viewer": "viewer",
    "responder": "viewer responder",
    "operator": "viewer responder operator",
    "security": "viewer responder security",
    "admin": "viewer responder operator security admin",
    "operator security": "viewer responder operator security",
}


@pytest.mark.parametrize("held", MAY)
@pytest.mark.parametrize("needed", list(Role))
def test_each_role_holds_those_below_it(held: str, needed: Role) -> None:
    roles = frozenset(map(Role, held.split()))

    assert allows(roles, needed) is (needed.value in MAY[held].split())


@pytest.mark.parametrize(
    ("actor", "person"),
    [
        ("slack:U1", ADA),
        ("slack:U2", GRACE),
        ("cli:ada", ADA),
        ("pagerduty:PADA001", ADA),
        ("slack:ada", None),
        ("slack:U9", None),
        ("cli:", None),
        ("pagerduty:", None),
        ("bot", None),
        ("", None),
    ],
)
def test_an_actor_is_a_person_by_the_name_of_their_surface(
    actor: str, person: Person | None
) -> None:
    assert person_of(PEOPLE, actor) == person
