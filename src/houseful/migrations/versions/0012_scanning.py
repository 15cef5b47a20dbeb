"""The tables of the scanning room."""

from alembic import op

from houseful.kernel.migrating import cross_tenant_function, make_append_only, secure_tenant_table

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE devices (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            status text NOT NULL,
            enrol_hash bytea,
            enrol_until timestamptz,
            key_hash bytea,
            enrolled_at timestamptz,
            revoked_at timestamptz,
            last_seen_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT devices_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT devices_status_check CHECK (status IN ('invited', 'enrolled', 'revoked')),
            CONSTRAINT devices_key_check CHECK ((key_hash IS NOT NULL) = (status = 'enrolled')),
            CONSTRAINT devices_organization_id_name_key UNIQUE (organization_id, name),
            CONSTRAINT devices_organization_id_key_hash_key UNIQUE (organization_id, key_hash),
            CONSTRAINT devices_organization_id_enrol_hash_key UNIQUE (organization_id, enrol_hash)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX devices_enrol_idx ON devices (enrol_hash)
        """
    )
    op.execute(
        """
        CREATE INDEX devices_key_idx ON devices (key_hash)
        """
    )
    secure_tenant_table("devices", platform_reads=True)
    op.execute(
        """
        CREATE TABLE presences (
            organization_id uuid NOT NULL,
            ticket_id uuid NOT NULL,
            event_id uuid NOT NULL,
            inside bigint NOT NULL,
            entries bigint NOT NULL,
            CONSTRAINT presences_pkey PRIMARY KEY (organization_id, ticket_id),
            CONSTRAINT presences_inside_check CHECK (inside >= 0),
            CONSTRAINT presences_entries_check CHECK (entries >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX presences_inside_idx ON presences (organization_id, event_id) WHERE inside > 0
        """
    )
    secure_tenant_table("presences")
    op.execute(
        """
        CREATE TABLE scans (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            ticket_id uuid,
            gate_id uuid,
            device_id uuid,
            user_id uuid,
            scan_session_id uuid,
            direction text NOT NULL,
            result text NOT NULL,
            is_offline boolean NOT NULL,
            scanned_at timestamptz NOT NULL,
            occurred_at timestamptz NOT NULL,
            received_at timestamptz NOT NULL,
            metadata jsonb NOT NULL,
            CONSTRAINT scans_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT scans_direction_check CHECK (direction IN ('in', 'out'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX scans_event_idx ON scans (organization_id, event_id, received_at)
        """
    )
    op.execute(
        """
        CREATE INDEX scans_ticket_idx ON scans (organization_id, ticket_id)
        """
    )
    secure_tenant_table("scans")
    make_append_only("scans")
    op.execute(
        """
        CREATE TABLE in_out_events (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            ticket_id uuid NOT NULL,
            scan_id uuid NOT NULL,
            gate_id uuid,
            kind text NOT NULL,
            people bigint NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT in_out_events_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT in_out_events_organization_id_scan_id_fkey FOREIGN KEY (organization_id, scan_id) REFERENCES scans (organization_id, id),
            CONSTRAINT in_out_events_kind_check CHECK (kind IN ('in', 'out', 'revert')),
            CONSTRAINT in_out_events_people_check CHECK (people IN (-1, 1))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX in_out_events_event_idx ON in_out_events (organization_id, event_id, at)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX in_out_events_one_move_idx ON in_out_events (organization_id, scan_id) WHERE kind <> 'revert'
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX in_out_events_one_revert_idx ON in_out_events (organization_id, scan_id) WHERE kind = 'revert'
        """
    )
    op.execute(
        """
        CREATE INDEX in_out_events_ticket_idx ON in_out_events (organization_id, ticket_id)
        """
    )
    secure_tenant_table("in_out_events")
    make_append_only("in_out_events")
    op.execute(
        """
        CREATE TABLE scan_incidents (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            ticket_id uuid,
            scan_id uuid NOT NULL,
            other_scan_id uuid,
            rightful_scan_id uuid,
            kind text NOT NULL,
            result text NOT NULL,
            occurred_at timestamptz NOT NULL,
            resolved_at timestamptz,
            resolution text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT scan_incidents_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT scan_incidents_organization_id_scan_id_fkey FOREIGN KEY (organization_id, scan_id) REFERENCES scans (organization_id, id),
            CONSTRAINT scan_incidents_organization_id_other_scan_id_fkey FOREIGN KEY (organization_id, other_scan_id) REFERENCES scans (organization_id, id),
            CONSTRAINT scan_incidents_organization_id_rightful_scan_id_fkey FOREIGN KEY (organization_id, rightful_scan_id) REFERENCES scans (organization_id, id),
            CONSTRAINT scan_incidents_organization_id_scan_id_key UNIQUE (organization_id, scan_id),
            CONSTRAINT scan_incidents_kind_check CHECK (kind IN ('double_entry', 'let_in_wrongly'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX scan_incidents_event_idx ON scan_incidents (organization_id, event_id)
        """
    )
    secure_tenant_table("scan_incidents")
    op.execute(
        """
        CREATE TABLE gate_assignments (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            device_id uuid NOT NULL,
            gate_id uuid NOT NULL,
            event_id uuid NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT gate_assignments_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT gate_assignments_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices (organization_id, id),
            CONSTRAINT gate_assignments_organization_id_gate_id_fkey FOREIGN KEY (organization_id, gate_id) REFERENCES gates (organization_id, id),
            CONSTRAINT gate_assignments_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
            CONSTRAINT gate_assignments_organization_id_device_id_event_id_key UNIQUE (organization_id, device_id, event_id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX gate_assignments_event_idx ON gate_assignments (organization_id, event_id)
        """
    )
    secure_tenant_table("gate_assignments")
    op.execute(
        """
        CREATE TABLE scan_sessions (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            device_id uuid,
            user_id uuid,
            gate_id uuid,
            event_id uuid NOT NULL,
            started_at timestamptz NOT NULL,
            ended_at timestamptz,
            CONSTRAINT scan_sessions_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT scan_sessions_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices (organization_id, id),
            CONSTRAINT scan_sessions_organization_id_gate_id_fkey FOREIGN KEY (organization_id, gate_id) REFERENCES gates (organization_id, id),
            CONSTRAINT scan_sessions_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
            CONSTRAINT scan_sessions_worker_check CHECK (num_nonnulls(device_id, user_id) = 1),
            CONSTRAINT scan_sessions_times_check CHECK (ended_at >= started_at)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX scan_sessions_event_idx ON scan_sessions (organization_id, event_id)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX scan_sessions_one_open_idx ON scan_sessions (organization_id, coalesce(device_id, user_id)) WHERE ended_at IS NULL
        """
    )
    secure_tenant_table("scan_sessions")
    cross_tenant_function(
        "device_home(of_key bytea, of_enrol_code bytea)",
        returns="TABLE (organization_id uuid, device_id uuid)",
        body="""
        SELECT d.organization_id, d.id FROM devices d
        WHERE d.key_hash = of_key OR d.enrol_hash = of_enrol_code
        """,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION device_home")
    op.execute("DROP TABLE scan_sessions")
    op.execute("DROP TABLE gate_assignments")
    op.execute("DROP TABLE scan_incidents")
    op.execute("DROP TABLE in_out_events")
    op.execute("DROP TABLE scans")
    op.execute("DROP TABLE presences")
    op.execute("DROP TABLE devices")
