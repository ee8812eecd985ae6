-- Least privilege: the services run as the role cityops_service, which owns nothing. It may add to what happened,
-- never change or remove it; the chain of the audit it may only read. Where there is no such role (the demo), the
-- owner does everything.

-- Partitions, roll-ups and retention, that of scores and of reads too, are the owner's: these do it with the owner's rights, for the services only.
DO $$
DECLARE
    work regprocedure;
BEGIN
    FOREACH work IN ARRAY ARRAY[
        'ensure_reading_days(date[])', 'freeze_rollups(timestamptz)', 'roll_up_step()',
        'keep_ages(timestamptz, interval, interval, interval, interval)', 'compress_step(timestamptz, interval, boolean)',
        'forget_score_runs(timestamptz)', 'forget_share_reads(timestamptz, text)']::regprocedure[]
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp', work);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', work);
        IF to_regrole('cityops_service') IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO cityops_service', work);
        END IF;
    END LOOP;
    IF to_regrole('cityops_service') IS NOT NULL THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cityops_service;
        REVOKE UPDATE, DELETE ON alert_event, audit_log, case_event, privacy_release, witnessed_anchor FROM cityops_service;
        REVOKE DELETE ON privacy_budget FROM cityops_service; -- a budget is only spent
        REVOKE INSERT, UPDATE, DELETE ON share_read FROM cityops_service; -- the function that gives the rows counts them
        REVOKE INSERT, UPDATE ON share_late FROM cityops_service; -- the roll-ups note what came late
        REVOKE INSERT, UPDATE, DELETE ON share_read_day, share_read_state FROM cityops_service;
        REVOKE DELETE ON share_request, share_request_set FROM cityops_service;
        REVOKE UPDATE ON share_request_set FROM cityops_service; -- what was granted is what was asked for
        -- A case is counted by the version of what was in force then.
        REVOKE UPDATE, DELETE ON work_calendar_version, work_day, work_interval, case_catalogue, department,
                                 case_category, filing_standard, filing_stage, responsibility, score_run, score_count,
                                 score_indicator, score FROM cityops_service;
        REVOKE INSERT, UPDATE, DELETE ON audit_link, audit_head, audit_row, schema_migration FROM cityops_service;
    END IF;
END $$;
