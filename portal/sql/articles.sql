-- name: articles
-- The articles that everybody may read, the newest first.
SELECT article_id, title_zh, title_en, body_zh, body_en FROM portal.article
ORDER BY stored_at DESC, article_id LIMIT %(most)s
