-- name: drop_scoped
-- The scoped views, those of the portal and what departments get stand on everything: they go first and are made last, so
-- that a migration may change what they show.
DROP SCHEMA IF EXISTS scoped CASCADE;
DROP SCHEMA IF EXISTS portal CASCADE;
DROP SCHEMA IF EXISTS shared CASCADE;
DROP SCHEMA IF EXISTS share_source CASCADE;
DROP VIEW IF EXISTS report_told

-- name: enter_scope
-- For the rest of this transaction every unqualified name means its scoped view. Ends with the transaction.
SELECT set_config('cityops.domains', %(domains)s, true), set_config('cityops.areas', %(areas)s, true),
       set_config('cityops.department', %(department)s, true),
       set_config('search_path', 'scoped, public', true)
