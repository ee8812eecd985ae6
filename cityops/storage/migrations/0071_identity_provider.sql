-- Accounts of people whom an identity provider (OpenID Connect) vouches for: by its name and its number for them.

ALTER TABLE app_user
    ADD COLUMN issuer  text,
    ADD COLUMN subject text,
    ADD CONSTRAINT app_user_both CHECK ((issuer IS NULL) = (subject IS NULL)),
    ADD CONSTRAINT app_user_external UNIQUE (issuer, subject);
