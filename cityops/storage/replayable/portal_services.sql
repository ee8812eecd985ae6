-- What the portal offers to report, and which programs may. Views of the schema `portal` run with their owner's rights:
-- whoever may read one sees what it shows, and nothing that it is made of.

CREATE VIEW portal.service AS
SELECT category.category, category.name_zh, category.name_en,
       coalesce(open_service.group_zh, CASE category.kind WHEN 'component' THEN '部件' ELSE '事件' END) AS group_zh,
       coalesce(open_service.group_en, CASE category.kind WHEN 'component' THEN 'Facilities' ELSE 'Events' END)
           AS group_en,
       coalesce(open_service.keywords, '') AS keywords, coalesce(open_service.is_personal, false) AS is_personal,
       category.place
FROM case_category AS category LEFT JOIN open_service USING (category)
WHERE category.version = (SELECT max(version) FROM case_catalogue) AND coalesce(open_service.is_open, true);

-- The conditions under which such a category is filed.
CREATE VIEW portal.service_condition AS
SELECT category, standard, condition_zh, condition_en, place FROM filing_standard
WHERE version = (SELECT max(version) FROM case_catalogue);

-- The name of a program by the hash of its key; NULL for none, or one that was revoked.
CREATE FUNCTION portal.find_key(hash bytea) RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT key_name FROM portal_key WHERE key_hash = hash AND revoked_at IS NULL
$$;
