"""`/seats digest …`: added, listed, paused, sent and taken away in Slack, in both languages; bad input changes
nothing."""


from bot.playground.team import Channel
from bot.services import digest_rows
from tests.integration.commands.conftest import Team

NO_APP = Channel("G0SECRET01", "secret", is_private=True, has_app=False)


def listed(team: Team) -> list[digest_rows.Digest]:
    team.session.rollback()
    return digest_rows.listed(team.session, team.workspace)
