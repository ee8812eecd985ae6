-- Figures about people with noise, and what of the privacy budget they spent (docs/decisions/0144).

-- How much may be spent on a data set in a period. What is spent cannot be more: the row says so itself.
CREATE TABLE privacy_budget (
    data_set text NOT NULL,
    period   text NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    allowed  numeric(12, 6) NOT NULL CHECK (allowed > 0 AND allowed <= 10),
    spent    numeric(12, 6) NOT NULL DEFAULT 0 CHECK (spent >= 0 AND spent <= allowed),
    set_by   text NOT NULL,
    set_at   timestamptz NOT NULL,
    PRIMARY KEY (data_set, period)
);

-- The ledger: one row for each release, with the question, the answer for ever, and who asked. A question is asked
-- once; who asks again gets this answer, so that no mean of many answers takes the noise away.
CREATE TABLE privacy_release (
    release_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    data_set     text NOT NULL,
    period       text NOT NULL,
    method       text NOT NULL CHECK (method IN ('noise', 'small-areas')),
    question_key bytea NOT NULL UNIQUE CHECK (octet_length(question_key) = 32), -- SHA-256 of the question
    question     text NOT NULL,
    epsilon      numeric(12, 6) NOT NULL CHECK (epsilon >= 0),
    answer       text NOT NULL,
    made_by      text NOT NULL,
    made_at      timestamptz NOT NULL
);
-- Serves: the releases of a set and a period.
CREATE INDEX privacy_release_set ON privacy_release (data_set, period, release_id);
CREATE TRIGGER privacy_release_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy_release
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A budget is said once and only spent: neither raised, nor given back.
CREATE FUNCTION keep_privacy_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.spent < OLD.spent
       OR (NEW.data_set, NEW.period, NEW.allowed) IS DISTINCT FROM (OLD.data_set, OLD.period, OLD.allowed) THEN
        RAISE EXCEPTION 'a privacy budget is only ever spent' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER privacy_budget_only_spent BEFORE UPDATE OR DELETE ON privacy_budget
    FOR EACH ROW EXECUTE FUNCTION keep_privacy_budget();
