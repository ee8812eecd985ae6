-- Least privilege: what faces the public runs as the role cityops_portal. It reads the views of `portal` and calls its
-- functions, and nothing else: what PostgreSQL lets everybody do in `public` is taken back, and given to the services.
-- Where there is no such role, there is no portal, and nothing changes.

-- Functions may be called by everybody until that is taken back; so it is, whoever there is.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA portal FROM PUBLIC;

DO $$
BEGIN
    IF to_regrole('cityops_service') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA public, portal TO cityops_service;
        GRANT SELECT ON ALL TABLES IN SCHEMA portal TO cityops_service;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA portal TO cityops_service;
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO cityops_service', current_database());
    END IF;
    IF to_regrole('cityops_portal') IS NOT NULL THEN
        REVOKE USAGE, CREATE ON SCHEMA public FROM PUBLIC;
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        GRANT USAGE ON SCHEMA portal TO cityops_portal;
        GRANT SELECT ON ALL TABLES IN SCHEMA portal TO cityops_portal;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA portal TO cityops_portal;
    END IF;
END $$;
