-- The key with which the city signs what it hands out and takes back, where CITYOPS_SECRET_KEY is not set. One row.

CREATE TABLE signing_key (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    key     text NOT NULL,
    made_at timestamptz NOT NULL
);
