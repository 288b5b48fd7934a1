"""When a release was last seen to serve and by when it did for sure; what alerts are about."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("component", sa.Text(), nullable=True))
    op.add_column("releases", sa.Column("live_by", sa.BigInteger(), nullable=True))
    op.add_column("releases", sa.Column("seen_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("releases", "seen_at")
    op.drop_column("releases", "live_by")
    op.drop_column("alerts", "component")
