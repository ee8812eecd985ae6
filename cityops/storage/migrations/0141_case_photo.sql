-- Photographs of cases, as they may be kept: without place, device and time. Events name them by their SHA-256.

CREATE TABLE case_photo (
    case_id  bigint NOT NULL REFERENCES city_case (case_id),
    sha256   text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    kind     text NOT NULL CHECK (kind IN ('image/jpeg', 'image/png')),
    content  bytea NOT NULL,
    taken_longitude double precision, -- where the camera said that it was; kept apart from the picture
    taken_latitude  double precision,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, sha256)
);
