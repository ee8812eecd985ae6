-- Where nobody leads a provider, the administrator who grades the data sets decides in its place, and it is on record.
ALTER TABLE share_request
    ADD COLUMN stood_in boolean NOT NULL DEFAULT false CHECK (NOT stood_in OR state IN ('granted', 'refused', 'revoked'));
