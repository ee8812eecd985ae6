-- Figures about people that were released for everybody: the question, the answer with what was done for it. Not who
-- asked. Answers never change (privacy_release refuses it).
CREATE VIEW portal.release AS
SELECT release_id, data_set, period, method, question, epsilon, answer, made_at FROM public.privacy_release;

-- What the streets in tables of small areas are called.
CREATE VIEW portal.street AS
SELECT code, name, name_en FROM public.area WHERE level = 'street';
