-- What can be filed, within which limits, and who is responsible: by version, of which the last is in force. A version
-- never changes.

CREATE TABLE case_catalogue (
    version     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition     text NOT NULL,
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL
);

CREATE TABLE department (
    version integer NOT NULL REFERENCES case_catalogue (version),
    place   integer NOT NULL,
    code    text NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    kind    text NOT NULL, -- cases/catalogue/categories.py: DepartmentKind
    name_zh text NOT NULL,
    name_en text NOT NULL,
    PRIMARY KEY (version, code)
);

CREATE TABLE case_category (
    version    integer NOT NULL REFERENCES case_catalogue (version),
    place      integer NOT NULL,
    category   text NOT NULL, -- the kind and the code: "event/05-06"
    kind       text NOT NULL,
    code       text NOT NULL,
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    department text NOT NULL, -- who leads where no rule says otherwise
    PRIMARY KEY (version, category),
    FOREIGN KEY (version, department) REFERENCES department (version, code)
);

-- The conditions under which a category is filed.
CREATE TABLE filing_standard (
    version      integer NOT NULL,
    place        integer NOT NULL,
    standard     text NOT NULL,
    category     text NOT NULL,
    condition_zh text NOT NULL,
    condition_en text NOT NULL,
    severity     smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
    PRIMARY KEY (version, standard),
    FOREIGN KEY (version, category) REFERENCES case_category (version, category)
);

-- What must be done, in order, each within a limit from the dispatch on.
CREATE TABLE filing_stage (
    version     integer NOT NULL,
    standard    text NOT NULL,
    place       integer NOT NULL,
    closing_zh  text NOT NULL,
    closing_en  text NOT NULL,
    limit_value numeric NOT NULL CHECK (limit_value > 0),
    limit_unit  text NOT NULL, -- cases/clock/limits.py
    day_rule    text NOT NULL,
    PRIMARY KEY (version, standard, place),
    FOREIGN KEY (version, standard) REFERENCES filing_standard (version, standard)
);

-- Rules of responsibility: cases/routing/responsibility.py says which one wins.
CREATE TABLE responsibility (
    version     integer NOT NULL REFERENCES case_catalogue (version),
    place       integer NOT NULL,
    category    text NOT NULL, -- or its beginning; '': all
    area        text NOT NULL, -- the beginning of a code; '': the whole city
    component   text NOT NULL,
    role        text NOT NULL,
    department  text NOT NULL,
    priority    integer NOT NULL,
    valid_from  date,
    valid_until date, -- not included
    source      text NOT NULL,
    PRIMARY KEY (version, place),
    CHECK (valid_from < valid_until),
    FOREIGN KEY (version, department) REFERENCES department (version, code)
);
