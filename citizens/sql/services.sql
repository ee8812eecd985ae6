-- name: services
-- What the public is told of each category of the catalogue in force, whether it is open or not.
SELECT category.category, category.kind, category.name_zh, category.name_en,
       coalesce(open_service.is_open, true) AS is_open, coalesce(open_service.is_personal, false) AS is_personal,
       coalesce(open_service.group_zh, CASE category.kind WHEN 'component' THEN '部件' ELSE '事件' END) AS group_zh,
       coalesce(open_service.group_en, CASE category.kind WHEN 'component' THEN 'Facilities' ELSE 'Events' END)
           AS group_en
FROM case_category AS category LEFT JOIN open_service USING (category)
WHERE category.version = (SELECT max(version) FROM case_catalogue)
ORDER BY category.place

-- name: lock_service
-- How it is now, after it has a row of its own; no row where the catalogue in force does not have it.
INSERT INTO open_service (category, group_zh, group_en)
SELECT category, CASE kind WHEN 'component' THEN '部件' ELSE '事件' END,
       CASE kind WHEN 'component' THEN 'Facilities' ELSE 'Events' END
FROM case_category
WHERE category = %(category)s AND version = (SELECT max(version) FROM case_catalogue)
ON CONFLICT (category) DO UPDATE SET category = EXCLUDED.category
RETURNING is_open, is_personal

-- name: set_service
-- Whether it can be reported, and whether its place may tell who did.
UPDATE open_service SET is_open = %(is_open)s, is_personal = %(is_personal)s WHERE category = %(category)s
