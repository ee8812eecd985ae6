-- What people tell the city. A report is there the moment it is sent, with a number and a secret code of its own; a case
-- takes it up afterwards, and several reports may belong to one case. Who a person is stands apart from all of it, sealed
-- (docs/decisions/0122-a-report-is-not-a-case.md and 0124).

CREATE TABLE reporter (
    reporter_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key    bytea,   -- of the telephone number or e-mail address, by the private key: finds a person's other reports
    sealed        bytea CHECK (octet_length(sealed) <= 4096), -- name, telephone, e-mail: only the private key opens it
    confidential  boolean NOT NULL,
    kept_until    timestamptz NOT NULL, -- not forgotten before
    anonymised_at timestamptz,
    created_at    timestamptz NOT NULL
);
-- Serves: the other reports of a person.
CREATE INDEX reporter_person ON reporter (person_key) WHERE person_key IS NOT NULL;

CREATE TABLE citizen_report (
    report_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day_code     text NOT NULL CHECK (day_code ~ '^[0-9]{8}$'), -- the city's day on which it came
    number       text NOT NULL GENERATED ALWAYS AS (
        'R' || day_code || '-' || lpad((report_id % 1000000)::text, 6, '0')) STORED,
    code_hash    bytea NOT NULL CHECK (octet_length(code_hash) = 32), -- SHA-256 of the code that only the person has
    channel      text NOT NULL CHECK (channel IN ('hotline', 'web', 'open311', 'import', 'app')),
    kind         text NOT NULL CHECK (kind IN ('consult', 'help', 'complain', 'accuse', 'suggest', 'praise', 'case')),
    category     text NOT NULL CHECK (length(category) <= 40), -- as the person sees it; filing decides
    area_code    text,
    longitude    double precision CHECK (longitude BETWEEN -180 AND 180), -- WGS-84; not a number is none of these
    latitude     double precision CHECK (latitude BETWEEN -90 AND 90),
    address      text NOT NULL CHECK (length(address) <= 300),
    said         text NOT NULL CHECK (length(said) <= 4000), -- never public, never in an event; forgotten in time
    received_at  timestamptz NOT NULL,
    confidential boolean NOT NULL,
    wants_call   boolean NOT NULL,
    sealed       bytea CHECK (octet_length(sealed) <= 4096), -- the contact as it was sent, until intake makes a reporter of it
    reporter_id  bigint REFERENCES reporter (reporter_id),
    case_id      bigint REFERENCES city_case (case_id),
    taken_up_at  timestamptz,
    held         text NOT NULL DEFAULT '', -- why no case took it up by itself: citizens/holding.py
    outcome      text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'answered', 'refused')), -- of one that no case took up
    answer       text NOT NULL DEFAULT '', -- with that, for the person
    ended_at     timestamptz,
    public_text  text NOT NULL DEFAULT '' CHECK (length(public_text) <= 4000), -- what a person passed; '': nothing is public
    reviewed_by  text NOT NULL DEFAULT '',
    reviewed_at  timestamptz,
    forgotten_at timestamptz,
    sender       text NOT NULL CHECK (length(sender) <= 64),  -- the name of an API key, or ''
    device       text NOT NULL CHECK (length(device) <= 128), -- what the sender says of the device or the form, or ''
    likeness     bytea, -- of sender, device, category, address and text: finds the same report sent twice
    reference    text CHECK (length(reference) <= 128), -- what it is called in the channel that it was imported from
    CHECK ((longitude IS NULL) = (latitude IS NULL)),
    CHECK ((address || device || sender || coalesce(reference, '')) !~ '[\x01-\x1f\x7f]'),
    CHECK (said !~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]')
);
CREATE UNIQUE INDEX citizen_report_number ON citizen_report (number);
-- A file of another channel can be read in again, and adds nothing.
CREATE UNIQUE INDEX citizen_report_reference ON citizen_report (sender, reference) WHERE reference IS NOT NULL;
-- Serves: the same report, sent a moment ago.
CREATE INDEX citizen_report_likeness ON citizen_report (likeness, received_at) WHERE likeness IS NOT NULL;
-- Serves: what is to be taken up, and what waits for a person.
CREATE INDEX citizen_report_waiting ON citizen_report (report_id) WHERE taken_up_at IS NULL AND ended_at IS NULL;
-- Serves: the reports of a case, the first one first.
CREATE INDEX citizen_report_case ON citizen_report (case_id, report_id) WHERE case_id IS NOT NULL;
-- Serves: the reports of a person.
CREATE INDEX citizen_report_reporter ON citizen_report (reporter_id) WHERE reporter_id IS NOT NULL;
-- Serves: what came in a span, the newest first.
CREATE INDEX citizen_report_received ON citizen_report (received_at, report_id);
-- Serves: what nobody has looked at for the public.
CREATE INDEX citizen_report_unseen ON citizen_report (report_id) WHERE reviewed_at IS NULL AND forgotten_at IS NULL;

CREATE TABLE report_photo (
    report_id   bigint NOT NULL REFERENCES citizen_report (report_id),
    place       smallint NOT NULL CHECK (place BETWEEN 1 AND 3),
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    kind        text NOT NULL CHECK (kind IN ('image/jpeg', 'image/png')),
    content     bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 1024000),
    public      boolean NOT NULL DEFAULT false,
    reviewed_by text NOT NULL DEFAULT '',
    reviewed_at timestamptz,
    PRIMARY KEY (report_id, place)
);
-- Serves: what nobody has looked at for the public.
CREATE INDEX report_photo_unseen ON report_photo (report_id, place) WHERE reviewed_at IS NULL;
