-- Runs of a month that a later one took the place of are working results: they go after a while. The last run of a
-- month stays, and so does a final one. Services may not delete scores; with this they delete no others.
CREATE OR REPLACE FUNCTION forget_score_runs(before timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gone bigint[] := ARRAY(
        SELECT score_run_id FROM score_run AS run
        WHERE made_at < before AND NOT is_final
          AND EXISTS (SELECT FROM score_run AS later
                      WHERE later.month = run.month AND later.score_run_id > run.score_run_id));
BEGIN
    DELETE FROM score WHERE score_run_id = ANY (gone);
    DELETE FROM score_indicator WHERE score_run_id = ANY (gone);
    DELETE FROM score_count WHERE score_run_id = ANY (gone);
    DELETE FROM score_run WHERE score_run_id = ANY (gone);
    RETURN cardinality(gone);
END $$;
