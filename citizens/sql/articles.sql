-- name: begin_article
-- A new article, and its first version.
WITH stored AS (
    INSERT INTO article (version, title_zh, title_en, body_zh, body_en, keywords, category, source, is_public,
                         valid_from, valid_until, stored_by, stored_at)
    VALUES (1, %(title_zh)s, %(title_en)s, %(body_zh)s, %(body_en)s, %(keywords)s, %(category)s, %(source)s,
            %(is_public)s, %(valid_from)s, %(valid_until)s, %(actor)s, %(now)s)
    RETURNING *),
kept AS (INSERT INTO article_version SELECT * FROM stored)
SELECT article_id, version FROM stored

-- name: change_article
-- The next version of an article, unless somebody stored another one since it was seen.
WITH stored AS (
    UPDATE article SET version = version + 1, title_zh = %(title_zh)s, title_en = %(title_en)s, body_zh = %(body_zh)s,
                       body_en = %(body_en)s, keywords = %(keywords)s, category = %(category)s, source = %(source)s,
                       is_public = %(is_public)s, valid_from = %(valid_from)s, valid_until = %(valid_until)s,
                       stored_by = %(actor)s, stored_at = %(now)s
    WHERE article_id = %(article_id)s AND version = %(seen)s
    RETURNING *),
kept AS (INSERT INTO article_version SELECT * FROM stored)
SELECT article_id, version FROM stored

-- name: forget_grams
-- Take away by what an article was found.
DELETE FROM article_gram WHERE article_id = %(article_id)s

-- name: store_grams
-- By what an article is found.
INSERT INTO article_gram (gram, article_id, weight)
SELECT part.gram, %(article_id)s, part.weight FROM unnest(%(grams)s::text[], %(weights)s::smallint[]) AS part (gram, weight)

-- name: one_article
-- An article as it is now.
SELECT article_id, version, title_zh, title_en, body_zh, body_en, keywords, category, source, is_public, valid_from,
       valid_until, stored_by, stored_at
FROM article WHERE article_id = %(article_id)s

-- name: article_versions
-- Every version of an article, the last first.
SELECT version, title_zh, title_en, body_zh, body_en, keywords, category, source, is_public, valid_from, valid_until,
       stored_by, stored_at
FROM article_version WHERE article_id = %(article_id)s ORDER BY version DESC LIMIT %(most)s

-- name: list_articles
-- Articles, those changed last first; of a day only what is in force then.
SELECT article_id, version, title_zh, title_en, body_zh, body_en, keywords, category, source, is_public, valid_from,
       valid_until, stored_by, stored_at
FROM article
WHERE %(day)s::date IS NULL
   OR valid_from <= %(day)s AND (valid_until IS NULL OR valid_until > %(day)s)
ORDER BY stored_at DESC, article_id DESC LIMIT %(most)s

-- name: find_articles
-- Articles that have pieces of what is asked, the best first; of a day only what is in force then.
SELECT article.article_id, version, title_zh, title_en, body_zh, body_en, keywords, category, source, is_public,
       valid_from, valid_until, stored_by, stored_at, ranked.score
FROM rank_articles(%(grams)s::text[]) AS ranked JOIN article USING (article_id)
WHERE %(day)s::date IS NULL
   OR valid_from <= %(day)s AND (valid_until IS NULL OR valid_until > %(day)s)
ORDER BY ranked.score DESC, article_id LIMIT %(most)s

-- name: find_public_articles
-- The same for the public's programs: what is public and in force.
SELECT article_id, version, title_zh, title_en, body_zh, body_en, category, score
FROM portal.find_articles(%(grams)s::text[], %(most)s)

-- name: count_articles
-- How many articles there are, whether in force or not.
SELECT count(*) FROM article

-- name: lead_articles
-- Be the one that brings the first articles, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtext('cityops articles'))
