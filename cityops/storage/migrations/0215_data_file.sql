-- The files of open data that `watch` made (sharing/files). A file is announced here after it is whole on the disk, and
-- one of a day or a month never changes. Of a set that is not open any more the rows go with the files.
CREATE TABLE data_file (
    name    text NOT NULL REFERENCES data_set (name),
    period  text NOT NULL CHECK (period ~ '^(current|[0-9]{4}-[0-9]{2}(-[0-9]{2})?)$'), -- a day, a month, or what is now
    form    text NOT NULL CHECK (form IN ('csv', 'parquet', 'geojson')),
    bytes   bigint NOT NULL,
    sha256  text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    rows    bigint NOT NULL, -- 0: there was nothing, and there is no file
    made_at timestamptz NOT NULL,
    PRIMARY KEY (name, period, form)
);
