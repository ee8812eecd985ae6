-- What a department asks for, what its provider decided, and each read of it: sharing/departments has the rules, and
-- the functions of the schema `shared` (replayable/shared.sql) give what was granted and nothing else.

CREATE TABLE share_request (
    share_request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department  text NOT NULL CHECK (length(department) BETWEEN 1 AND 63), -- who wants it
    provider    text NOT NULL CHECK (length(provider) BETWEEN 1 AND 60),   -- who has it, and decides
    purpose     text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 1000),
    in_area     text NOT NULL DEFAULT '' CHECK (in_area ~ '^[0-9]{0,32}$'), -- with all that lies in it; '': the city
    expires_at  timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn', 'revoked')),
    asked_by    text NOT NULL,
    asked_at    timestamptz NOT NULL,
    decided_by  text NOT NULL DEFAULT '',
    decided_at  timestamptz,
    reason      text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    token_hash  bytea UNIQUE CHECK (length(token_hash) = 32), -- of the one who collected it last; NULL: nobody yet
    token_by    text NOT NULL DEFAULT '',
    token_at    timestamptz,
    CHECK (expires_at > asked_at),
    CHECK (decided_by <> asked_by), -- nobody decides about what they asked for themselves
    CHECK ((state = 'asked') = (decided_by = '')),
    CHECK ((decided_by = '') = (decided_at IS NULL)),
    CHECK (token_hash IS NULL OR state IN ('granted', 'revoked'))
);
-- Serves: what waits for a provider, and what a department has.
CREATE INDEX share_request_waiting ON share_request (provider, asked_at) WHERE state = 'asked';
CREATE INDEX share_request_department ON share_request (department, asked_at DESC);

-- The sets of a request, each with the fields that are wanted of it.
CREATE TABLE share_request_set (
    share_request_id bigint NOT NULL REFERENCES share_request (share_request_id),
    data_set         text NOT NULL REFERENCES data_set (name),
    fields           text[] NOT NULL CHECK (cardinality(fields) BETWEEN 1 AND 60),
    PRIMARY KEY (share_request_id, data_set)
);

-- Each read, by whoever it was: only `shared.read` and `shared.news` add to it, in the transaction that gives the rows.
CREATE TABLE share_read (
    share_read_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    share_request_id bigint NOT NULL REFERENCES share_request (share_request_id),
    data_set         text NOT NULL,
    at               timestamptz NOT NULL,
    way              text NOT NULL CHECK (way IN ('pull', 'push')),
    rows             integer NOT NULL,
    fields           text[] NOT NULL,
    origin           text NOT NULL
);
-- Serves: who used what in a month, and the reads of a request.
CREATE INDEX share_read_at ON share_read (at);
CREATE INDEX share_read_request ON share_read (share_request_id, data_set, at DESC);
CREATE TRIGGER share_read_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON share_read
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
