-- 未诉先办: alerts that are followed by complaints more often than chance.

-- What is known now, of each rule in each street; `watch` writes it anew.
CREATE TABLE complaint_forecast (
    rule_id   text NOT NULL REFERENCES rule (rule_id),
    area_code text NOT NULL,                 -- the street
    category  text NOT NULL,
    hours     integer NOT NULL CHECK (hours > 0),
    alerts    integer NOT NULL,              -- raised in the days that were looked at
    hits      integer NOT NULL,              -- of them followed by complaints
    expected  double precision NOT NULL,     -- so many would have been by chance
    chance    double precision NOT NULL,     -- of as many hits
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (rule_id, area_code, category)
);

-- What was expected of which alert, why, and what came.
CREATE TABLE expected_complaint (
    alert_id bigint NOT NULL REFERENCES alert (alert_id),
    category text NOT NULL,
    hours    integer NOT NULL,
    alerts   integer NOT NULL,               -- as the forecast said it then
    hits     integer NOT NULL,
    expected double precision NOT NULL,
    noted_at timestamptz NOT NULL,
    due_at   timestamptz NOT NULL,           -- by then complaints come, or it was a false one
    came_at  timestamptz,                    -- the first of them
    case_id_before bigint,                   -- the case that was filed before anybody complained
    PRIMARY KEY (alert_id, category)
);
-- Serves: what is still waited for.
CREATE INDEX expected_complaint_waiting ON expected_complaint (due_at) WHERE came_at IS NULL;
