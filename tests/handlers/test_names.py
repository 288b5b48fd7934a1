"""What a terminal shows instead of marks."""

from bot.bot import Bot
from handlers.names import spoken


class _People(Bot):
    def __init__(self) -> None:
        """Only its names are asked."""

    def names(self, actors):
        return {actor: {"slack:U1": "ada"}.get(actor, actor.partition(":")[2]) for actor in actors}


def test_people_get_their_names_and_strangers_keep_their_ids():
    said = "Called: @slack:U1, @cli:root and @group:S012; say it in #slack:C1."

    assert spoken(said, _People()) == "Called: @ada, @root and @S012; say it in #C1."
