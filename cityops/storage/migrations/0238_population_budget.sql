-- A budget is about persons, whichever data they are in: what is spent on any set about the same persons is spent of one
-- budget (sharing/privacy/persons.py, decision 152). Before, the two sets about citizens had one each. What was agreed
-- on and spent of the two is added up, for both were let through of the same persons.
ALTER TABLE privacy_budget RENAME TO privacy_budget_of_set;
ALTER TABLE privacy_budget_of_set RENAME CONSTRAINT privacy_budget_pkey TO privacy_budget_of_set_pkey;

CREATE TABLE privacy_budget (
    population text NOT NULL,
    period     text NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    allowed    numeric(12, 6) NOT NULL CHECK (allowed > 0 AND allowed <= 20), -- 10 is the most; 20 had been agreed on
    spent      numeric(12, 6) NOT NULL DEFAULT 0 CHECK (spent >= 0 AND spent <= allowed),
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL,
    PRIMARY KEY (population, period)
);
INSERT INTO privacy_budget (population, period, allowed, spent, set_by, set_at)
SELECT 'citizens', period, sum(allowed), sum(spent), min(set_by), min(set_at) FROM privacy_budget_of_set GROUP BY period;
DROP TABLE privacy_budget_of_set;

CREATE OR REPLACE FUNCTION keep_privacy_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.spent < OLD.spent
       OR (NEW.population, NEW.period, NEW.allowed) IS DISTINCT FROM (OLD.population, OLD.period, OLD.allowed) THEN
        RAISE EXCEPTION 'a privacy budget is only ever spent' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER privacy_budget_only_spent BEFORE UPDATE OR DELETE ON privacy_budget
    FOR EACH ROW EXECUTE FUNCTION keep_privacy_budget();
