-- The secret by which a receiver's deliveries are signed stands under seal (sharing/departments/keys.py, decision 167).
-- One of before stands as it was until `watch` has a key and seals it.
ALTER TABLE share_webhook
    ALTER COLUMN secret DROP NOT NULL,
    ADD COLUMN sealed bytea CHECK (length(sealed) BETWEEN 72 AND 128),
    ADD COLUMN sealed_for text CHECK (sealed_for ~ '^[0-9a-f]{16}$'), -- which key opens it
    ADD CHECK ((secret IS NULL) = (sealed IS NOT NULL)),
    ADD CHECK ((sealed IS NULL) = (sealed_for IS NULL));
