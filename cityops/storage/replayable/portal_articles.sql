-- The knowledge base: by what its articles are found, and what of it the public's programs see.

-- How well articles fit what is asked: the more, and the rarer, pieces they have of it. citizens/knowledge/grams.py makes
-- the pieces, so that Chinese and English are cut in one place.
CREATE OR REPLACE FUNCTION rank_articles(wanted text[]) RETURNS TABLE (article_id bigint, score double precision)
    LANGUAGE sql STABLE AS $$
    SELECT article_id, sum(weight * rarity) AS score
    FROM (SELECT article_id, weight,
                 ln((SELECT count(*) + 1 FROM article)::double precision / count(*) OVER (PARTITION BY gram)) AS rarity
          FROM (SELECT DISTINCT unnest(wanted) AS gram) AS asked JOIN article_gram USING (gram)) AS found
    GROUP BY article_id
$$;

-- What is public and in force today.
CREATE VIEW portal.article AS
SELECT article_id, version, title_zh, title_en, body_zh, body_en, keywords, category, source, valid_from, valid_until,
       stored_at
FROM public.article
WHERE is_public AND valid_from <= (now() AT TIME ZONE (SELECT zone FROM public.rollup_state))::date
  AND (valid_until IS NULL OR valid_until > (now() AT TIME ZONE (SELECT zone FROM public.rollup_state))::date);

-- The same that fit what is asked, the best first. citizens/store/articles.py: find_public_articles.
CREATE FUNCTION portal.find_articles(wanted text[], most integer)
    RETURNS TABLE (article_id bigint, version integer, title_zh text, title_en text, body_zh text, body_en text,
                   category text, score double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT article.article_id, version, title_zh, title_en, body_zh, body_en, category, ranked.score
    FROM portal.article JOIN rank_articles(wanted) AS ranked USING (article_id)
    ORDER BY ranked.score DESC, article.article_id LIMIT least(most, 20)
$$;
