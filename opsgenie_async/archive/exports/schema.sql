-- Moments are texts in UTC, as 2026-11-28T07:51:20.768Z, which SQLite's date functions take. `document` is the JSON as the API sent it.
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE holes (kind TEXT NOT NULL, id TEXT NOT NULL, part TEXT NOT NULL, reason TEXT NOT NULL, document TEXT NOT NULL);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY, tiny_id TEXT NOT NULL, alias TEXT NOT NULL, message TEXT NOT NULL, description TEXT NOT NULL,
    status TEXT NOT NULL, priority TEXT NOT NULL, source TEXT NOT NULL, entity TEXT NOT NULL, owner TEXT NOT NULL,
    integration TEXT NOT NULL, integration_type TEXT NOT NULL, count INTEGER, team TEXT NOT NULL,
    created_at TEXT, updated_at TEXT, last_occurred_at TEXT,
    acknowledged_at TEXT, acknowledged_by TEXT NOT NULL, closed_at TEXT, closed_by TEXT NOT NULL,
    seconds_to_acknowledge REAL, seconds_to_resolve REAL,
    deleted INTEGER NOT NULL, document TEXT NOT NULL
);
CREATE TABLE incidents (
    id TEXT PRIMARY KEY, tiny_id TEXT NOT NULL, message TEXT NOT NULL, description TEXT NOT NULL,
    status TEXT NOT NULL, priority TEXT NOT NULL, owner TEXT NOT NULL, team TEXT NOT NULL,
    created_at TEXT, updated_at TEXT, impact_started_at TEXT, impact_ended_at TEXT,
    acknowledged_at TEXT, resolved_at TEXT,
    seconds_to_acknowledge REAL, seconds_to_resolve REAL,
    deleted INTEGER NOT NULL, postmortem TEXT, document TEXT NOT NULL
);

-- `kind` is 'alert' or 'incident', `id` that of the alert or incident; `position` numbers what the API sent from 1.
CREATE TABLE teams_of (kind TEXT NOT NULL, id TEXT NOT NULL, team TEXT NOT NULL);
CREATE TABLE responders (kind TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, responder_id TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE tags (kind TEXT NOT NULL, id TEXT NOT NULL, tag TEXT NOT NULL);
CREATE TABLE details (kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE notes (kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, created_at TEXT, owner TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE logs (kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, created_at TEXT, type TEXT NOT NULL, owner TEXT NOT NULL, log TEXT NOT NULL);
-- `local_time` is in `time_zone`: the user's own where the archive has it, else that of the export.
CREATE TABLE recipients (
    alert_id TEXT NOT NULL, position INTEGER NOT NULL, user_id TEXT NOT NULL, username TEXT NOT NULL, state TEXT NOT NULL,
    method TEXT NOT NULL, created_at TEXT, updated_at TEXT, local_time TEXT, time_zone TEXT NOT NULL
);
CREATE TABLE attachments (alert_id TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE timeline (
    incident_id TEXT NOT NULL, position INTEGER NOT NULL, event_at TEXT, entry_group TEXT NOT NULL, type TEXT NOT NULL,
    hidden INTEGER NOT NULL, actor TEXT NOT NULL, title TEXT NOT NULL, document TEXT NOT NULL
);
CREATE TABLE impacted_services (incident_id TEXT NOT NULL, service_id TEXT NOT NULL, name TEXT NOT NULL);
-- `role` is 'responder' for an alert that notified responders, 'associated' for one that belongs to the incident.
CREATE TABLE incident_alerts (incident_id TEXT NOT NULL, alert_id TEXT NOT NULL, role TEXT NOT NULL);

CREATE TABLE services (id TEXT PRIMARY KEY, name TEXT NOT NULL, team_id TEXT NOT NULL, team TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE teams (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT NOT NULL, full_name TEXT NOT NULL, role TEXT NOT NULL, time_zone TEXT NOT NULL);
CREATE TABLE schedules (id TEXT PRIMARY KEY, name TEXT NOT NULL, team TEXT NOT NULL, time_zone TEXT NOT NULL);
-- Who was on call; `layer` is 'final' for what counted in the end, else 'base', 'override' or 'forwarding'.
CREATE TABLE on_call (
    schedule_id TEXT NOT NULL, layer TEXT NOT NULL, rotation TEXT NOT NULL, starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
    type TEXT NOT NULL, participant_id TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (schedule_id, layer, rotation, starts_at, ends_at, type, participant_id, name) ON CONFLICT IGNORE
);
