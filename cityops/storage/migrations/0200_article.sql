-- The knowledge base of the hotline: what agents read out and the public may read. An article is changed by storing its
-- next version; what it said before stays.

CREATE TABLE article (
    article_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version     integer NOT NULL CHECK (version >= 1),
    title_zh    text NOT NULL CHECK (length(title_zh) BETWEEN 1 AND 120),
    title_en    text NOT NULL CHECK (length(title_en) <= 120), -- '': not translated
    body_zh     text NOT NULL CHECK (length(body_zh) BETWEEN 1 AND 4000),
    body_en     text NOT NULL CHECK (length(body_en) <= 4000),
    keywords    text NOT NULL CHECK (length(keywords) <= 400), -- by which people ask for it, in both languages
    category    text NOT NULL CHECK (length(category) <= 40),  -- of the catalogue of cases, or ''
    source      text NOT NULL CHECK (length(source) <= 200),   -- on what it rests
    is_public   boolean NOT NULL,
    valid_from  date NOT NULL,
    valid_until date,                                          -- not included
    stored_by   text NOT NULL,
    stored_at   timestamptz NOT NULL,
    CHECK (valid_until > valid_from)
);

-- Every version that was ever in force. Rows are only ever added.
CREATE TABLE article_version (LIKE article INCLUDING CONSTRAINTS, PRIMARY KEY (article_id, version));
CREATE TRIGGER article_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON article_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- By which pieces of words an article is found: citizens/knowledge/grams.py makes them, for Chinese and English.
CREATE TABLE article_gram (
    gram       text NOT NULL,
    article_id bigint NOT NULL REFERENCES article (article_id),
    weight     smallint NOT NULL, -- of the part of the article that has it
    PRIMARY KEY (gram, article_id)
);
-- Serves: the pieces of an article, to be made anew.
CREATE INDEX article_gram_article ON article_gram (article_id);
