-- What the city has to give, each set with its class and grade (GB/T 43697): sharing/datasets/grades.py has the rules. A
-- set that nobody decided on is given to nobody; who decided what before stands in the audit log.

CREATE TABLE data_set (
    name            text PRIMARY KEY CHECK (name ~ '^[a-z0-9_-]{2,100}$'),
    subject         text NOT NULL CHECK (subject IN ('readings', 'hours', 'areas', 'cases', 'alerts', 'evaluation',
                                                     'warnings', 'figures')),
    kind            text, -- of sensors, for readings and hours; of one that the city has no longer, too
    title_zh        text NOT NULL CHECK (length(title_zh) BETWEEN 1 AND 200),
    title_en        text NOT NULL CHECK (length(title_en) BETWEEN 1 AND 200),
    notes_zh        text NOT NULL CHECK (length(notes_zh) <= 2000),
    notes_en        text NOT NULL CHECK (length(notes_en) <= 2000),
    provider        text NOT NULL DEFAULT '' CHECK (length(provider) <= 60), -- the code of a department; '': not known
    update_cycle    text NOT NULL CHECK (update_cycle IN ('realtime', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly',
                                                          'half_yearly', 'yearly', 'irregular')),
    share_type      text NOT NULL DEFAULT 'none' CHECK (share_type IN ('unconditional', 'conditional', 'none')),
    share_condition text NOT NULL DEFAULT '' CHECK (length(share_condition) <= 1000),
    open_type       text NOT NULL DEFAULT 'closed' CHECK (open_type IN ('open', 'conditional', 'closed')),
    category        text NOT NULL DEFAULT '' CHECK (length(category) <= 200),
    data_level      text NOT NULL DEFAULT 'general' CHECK (data_level IN ('core', 'important', 'general')),
    general_grade   smallint CHECK (general_grade BETWEEN 1 AND 4),
    personal        boolean NOT NULL,
    licence         text NOT NULL DEFAULT '' CHECK (length(licence) <= 200),
    basis           text NOT NULL DEFAULT '' CHECK (length(basis) <= 1000),
    decided_by      text NOT NULL DEFAULT '',
    decided_at      timestamptz,
    version         integer NOT NULL DEFAULT 1,
    CHECK ((kind IS NOT NULL) = (subject IN ('readings', 'hours'))),
    CHECK ((decided_by <> '') = (decided_at IS NOT NULL))
);
