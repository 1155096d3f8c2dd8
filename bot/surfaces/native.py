"""Which of the newer blocks a workspace takes: asked of `blocks.validate`, kept in the store, asked anew every day.

An answer within an acknowledgement brings no refusal back, so what is not known to be taken is not sent.
"""

from datetime import datetime, timedelta

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slackblocks import AxisConfig, Block, DataPoint, DataSeries, DataVisualizationBlock, LineChart, RawText, TableBlock
from sqlmodel import Session

from bot.services import workspaces
from bot.services.workspaces import Workspace

KNOWN_FOR = timedelta(days=1)
SAMPLES: dict[str, Block] = {
    "table": TableBlock([[RawText("a")], [RawText("b")]], block_id="a"),
    "data_visualization": DataVisualizationBlock(
        "a", LineChart([DataSeries("a", [DataPoint("a", 1)])], AxisConfig(["a"])), block_id="a"
    ),
}

log = structlog.get_logger(__name__)


def is_known(workspace: Workspace, now: datetime) -> bool:
    """Whether Slack was asked within a day."""
    return workspace.native_at is not None and now - workspace.native_at < KNOWN_FOR


def learn(session: Session, workspace: Workspace, client: WebClient, now: datetime) -> None:
    """Ask Slack where that was not done within a day. Where it cannot be asked, what was known stays."""
    if is_known(workspace, now):
        return
    taken = []
    for kind, block in SAMPLES.items():
        try:
            client.blocks_validate(blocks=[block._resolve()])
            taken.append(kind)
        except SlackApiError as error:
            if error.response["error"] != "invalid_blocks":
                log.warning("Slack does not tell which blocks it takes", error=error.response["error"])
                return
        except (SlackClientError, OSError) as error:
            log.warning("Slack does not tell which blocks it takes", error=type(error).__name__)
            return
    workspaces.keep_native(session, workspace, taken, now)
