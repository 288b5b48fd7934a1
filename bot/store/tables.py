"""Every table, in one place.

Times are microseconds since 1970 UTC; columns named `…_json` are JSON text.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only where the key is INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("severity_text", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("component", Text),
    Column("environment", Text, nullable=False),
    Column("labels_json", Text, nullable=False),
    Column("runbook", Text),
    Column("ladder", Text),
    Column("open_key", Text, unique=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("newest_started_at", BigInteger, nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", Text),
    Column("mitigated_at", BigInteger),
    Column("mitigated_by", Text),
    Column("resolved_at", BigInteger),
    Column("resolved_by", Text),
    Column("level", Integer, nullable=False),
    Column("next_escalation_at", BigInteger),
    Column("alerts_firing", Integer, nullable=False),
    Column("alerts_total", Integer, nullable=False),
    Column("changes_json", Text, nullable=False),
    Column("resolve_due_at", BigInteger),
    Column("merged_into", BigInteger),
    Column("previous", BigInteger),
    Column("roles_json", Text, nullable=False),
    # The version its card shows: 0 before the first post, -1 once somebody deleted the card.
    Column("shown_version", BigInteger, nullable=False, server_default="0"),
)
# The cards that are not posted, and those that stand and show an older version: each holds only
# those, so that looking costs nothing.
UNPOSTED = text("shown_version <= 0")
UNSHOWN = text("version != shown_version AND shown_version > 0")
for _name, _which in (("unposted", UNPOSTED), ("unshown", UNSHOWN)):
    Index(
        f"ix_incidents_{_name}",
        incidents.c.severity,
        incidents.c.id,
        sqlite_where=_which,
        postgresql_where=_which,
    )
Index(
    "ix_incidents_scope",
    incidents.c.component,
    incidents.c.environment,
    incidents.c.newest_started_at,
    sqlite_where=incidents.c.resolved_at.is_(None),
    postgresql_where=incidents.c.resolved_at.is_(None),
)
Index(
    "ix_incidents_open",
    incidents.c.severity,
    incidents.c.id,
    sqlite_where=incidents.c.resolved_at.is_(None),
    postgresql_where=incidents.c.resolved_at.is_(None),
)
Index(
    "ix_incidents_resolve_due",
    incidents.c.resolve_due_at,
    sqlite_where=incidents.c.resolve_due_at.is_not(None),
    postgresql_where=incidents.c.resolve_due_at.is_not(None),
)

# One row an episode. `current_key` is `source:fingerprint` on the newest episode and NULL on the
# older ones, so that at most one can be open and the newest is found by one look-up.
alerts = Table(
    "alerts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("current_key", Text, unique=True),
    Column("source", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("labels_json", Text, nullable=False),
    Column("annotations_json", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("generator_url", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("component", Text),
    Column("incident_id", BigInteger),
    Column("received_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Index(None, "incident_id", "fingerprint"),
)

# Under which names an incident holds groups of alerts (and single ones a person put there).
holders = Table(
    "holders",
    metadata,
    Column("group_digest", Text, primary_key=True),
    Column("environment", Text, primary_key=True),
    Column("component", Text, primary_key=True),
    Column("incident_id", BigInteger, nullable=False),
    Index(None, "incident_id"),
    sqlite_with_rowid=False,
)

entries = Table(
    "entries",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("incident_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("data_json", Text, nullable=False),
    Index(None, "incident_id", "id"),
)

# Where an incident's card stands: see rules.md, "The card". `intent_at` is set while a post may
# be under way and `card_ts` is not known; `thread_at` is when to look for news for its thread.
cards = Table(
    "cards",
    metadata,
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), primary_key=True),
    Column("card_channel", Text, nullable=False),
    Column("card_ts", Text),
    Column("card_intent", Text),
    Column("intent_at", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("retry_at", BigInteger),
    Column("thread_at", BigInteger),
)
Index(
    "ix_cards_in_flight",
    cards.c.intent_at,
    sqlite_where=cards.c.intent_at.is_not(None),
    postgresql_where=cards.c.intent_at.is_not(None),
)
Index(
    "ix_cards_thread",
    cards.c.thread_at,
    sqlite_where=cards.c.thread_at.is_not(None),
    postgresql_where=cards.c.thread_at.is_not(None),
)

# A line in a card's thread: the entries after the line before it, up to `last_entry`. Without
# a `ts` its post may be under way.
thread_lines = Table(
    "thread_lines",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), nullable=False),
    Column("last_entry", BigInteger, nullable=False),
    Column("intent", Text, nullable=False),
    Column("intent_at", BigInteger, nullable=False),
    Column("ts", Text),
    Index(None, "incident_id", "last_entry", unique=True),
)

# What Prometheus says about an incident's component. `due_at` is when to ask again; NULL after the
# last look at an incident that ended.
evidence = Table(
    "evidence",
    metadata,
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), primary_key=True),
    Column("facts_json", Text, nullable=False),
    Column("due_at", BigInteger),
)
Index(
    "ix_evidence_due",
    evidence.c.due_at,
    sqlite_where=evidence.c.due_at.is_not(None),
    postgresql_where=evidence.c.due_at.is_not(None),
)

silences = Table(
    "silences",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("incident_id", BigInteger, ForeignKey("incidents.id")),
    Column("key", Text, nullable=False, unique=True),
    Column("matchers_json", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("vendor_id", Text),
    Column("failures", Integer, nullable=False),
    Column("retry_at", BigInteger),
    Index(None, "state"),
)

# Deliveries that must change things once: PagerDuty event ids, Slack clicks and retries.
seen = Table(
    "seen",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)

# What was last learned of Slack's people: groups' members, and who may not act at all.
group_members = Table(
    "group_members",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("fetched_at", BigInteger, nullable=False),
)

slack_people = Table(
    "slack_people",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("barred", Text),
    Column("fetched_at", BigInteger, nullable=False),
)

# Facts about a vendor that cost a call to learn: the channel's id, the team's id.
facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
)

# Risky acts: see architecture.md's states. `run` counts the durable runs it was given: the one
# to start or under way is `op:<id>:<run>`.
operations = Table(
    "operations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), nullable=False),
    Column("request_json", Text, nullable=False),
    Column("plan_json", Text),
    Column("plan_hash", Text),
    Column("checks_json", Text, nullable=False),
    Column("approvals_needed", Integer, nullable=False),
    Column("approver_role", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("run", Integer, nullable=False),
    Column("mode", Text, nullable=False),
    Column("stop_json", Text),
    Column("started_at", BigInteger),
    Column("switched_at", BigInteger),
    Column("due_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("verdict", Text),
    Column("said", Text, nullable=False),
    Column("results_json", Text, nullable=False),
    Column("reverts", BigInteger),
    Index(None, "incident_id", "id"),
)
Index(
    "ix_operations_live",
    operations.c.state,
    sqlite_where=operations.c.closed_at.is_(None),
    postgresql_where=operations.c.closed_at.is_(None),
)

# What a run did or is about to do, step by step: written before the world is touched.
steps = Table(
    "steps",
    metadata,
    Column("operation_id", BigInteger, ForeignKey("operations.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("component", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("ending", Text),
    Column("attempts", Integer, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
)

# One operation at a time on a component; taken all or none when it is approved.
locks = Table(
    "locks",
    metadata,
    Column("environment", Text, primary_key=True),
    Column("component", Text, primary_key=True),
    Column("operation_id", BigInteger, ForeignKey("operations.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
)

# Components whose deploys stand still, until a person lifts it.
freezes = Table(
    "freezes",
    metadata,
    Column("environment", Text, primary_key=True),
    Column("component", Text, primary_key=True),
    Column("operation_id", BigInteger, ForeignKey("operations.id"), nullable=False),
    Column("incident_id", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("remind_at", BigInteger, nullable=False),
)

# The release ledger: what ran, since when, and whether it did well. A row is one service of a
# release; append-only but for its end and its verdict. `identity` is the template's hash or the
# site's deploy id, `occurrence` tells its first service from the next (revision, publish time).
releases = Table(
    "releases",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("environment", Text, nullable=False),
    Column("component", Text, nullable=False),
    Column("workload", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("template_json", Text),
    Column("contracts_json", Text, nullable=False),
    Column("deployed_by", Text, nullable=False),
    Column("change_url", Text, nullable=False),
    Column("deployed_at", BigInteger, nullable=False),
    Column("live_at", BigInteger),
    Column("live_by", BigInteger),
    Column("seen_at", BigInteger),
    Column("superseded_at", BigInteger),
    Column("verified_at", BigInteger),
    Column("verdict", Text),
    Index(None, "environment", "component", "deployed_at"),
    Index(None, "environment", "component", "workload", "identity", "occurrence", unique=True),
)

# What an operation leaves to be done later: a scaler's minimum to be put back, a snapshot to be
# followed to its end.
duties = Table(
    "duties",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("operation_id", BigInteger, ForeignKey("operations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("args_json", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("done_at", BigInteger),
    Index(None, "operation_id", "name", unique=True),
)
Index(
    "ix_duties_due",
    duties.c.due_at,
    sqlite_where=duties.c.done_at.is_(None),
    postgresql_where=duties.c.done_at.is_(None),
)

# Calls for a person that are wanted, and those that were made: the same key calls once.
calls = Table(
    "calls",
    metadata,
    Column("key", Text, primary_key=True),
    Column("incident_id", BigInteger, nullable=False),
    Column("level", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("wanted_at", BigInteger, nullable=False),
    Column("receipt", Text),
    Column("failures", Integer, nullable=False),
    Column("retry_at", BigInteger),
)

# The engine's own: which processes live, and how often a run was begun since it last got on.
replicas = Table(
    "replicas",
    metadata,
    Column("executor_id", Text, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)
takeovers = Table(
    "takeovers",
    metadata,
    Column("run", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
