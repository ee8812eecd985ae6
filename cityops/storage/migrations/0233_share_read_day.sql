-- Single reads of shared data go after a while, and their counts by day stay: `forget_share_reads` in
-- replayable/kept_share_reads.sql makes these and removes those, a whole day at a time.

CREATE TABLE share_read_day (
    day              date NOT NULL, -- of the city
    share_request_id bigint NOT NULL REFERENCES share_request (share_request_id),
    data_set         text NOT NULL,
    reads            bigint NOT NULL, -- of both ways
    pushes           bigint NOT NULL, -- those of them that were sent
    rows             bigint NOT NULL,
    last_at          timestamptz NOT NULL,
    PRIMARY KEY (day, share_request_id, data_set)
);

-- Before which moment every read is counted by its day, and may go. One row; it only rises.
CREATE TABLE share_read_state (
    one_row        boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    counted_before timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO share_read_state DEFAULT VALUES;

-- Nobody changes a read, and nobody removes one that is not counted, or that came after its day was.
CREATE FUNCTION keep_share_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at >= (SELECT counted_before FROM share_read_state) THEN
        RAISE EXCEPTION 'share_read is append-only until its day is counted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER share_read_append_only ON share_read;
CREATE TRIGGER share_read_append_only BEFORE UPDATE OR TRUNCATE ON share_read
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER share_read_kept BEFORE DELETE ON share_read FOR EACH ROW EXECUTE FUNCTION keep_share_read();
