"""An incident as its card is given it."""

from typing import Any

from bot.cards.incident import CardView
from bot.domain.incidents.incident import Incident
from bot.domain.ops_data.people import Person
from tests.cards.cases import BASE_URL

PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada", pagerduty="P1")}


def view(one: Incident, **fields: Any) -> CardView:
    given: dict[str, Any] = {"base_url": BASE_URL, "people": PEOPLE, "environment": "production"}
    return CardView(incident=one, **(given | fields))
