-- A hold belongs to the walls of one scope: those of whoever asked for it. The transaction says which (`enter_scope`), so
-- no program can forget it; NULL: all, as of app_user. What was held until now goes on by itself.
DELETE FROM wall_hold;
ALTER TABLE wall_hold
    DROP COLUMN one,
    ADD COLUMN domains text[]
        DEFAULT string_to_array(nullif(nullif(current_setting('cityops.domains', true), ''), '*'), ','),
    ADD COLUMN areas text[]
        DEFAULT string_to_array(nullif(nullif(current_setting('cityops.areas', true), ''), '*'), ','),
    ADD COLUMN over_alerts boolean NOT NULL DEFAULT false; -- urgent alerts wait too: a supervisor has said so
-- Serves: one hold for the walls of each scope, the last word counts.
CREATE UNIQUE INDEX wall_hold_of_scope ON wall_hold (domains, areas) NULLS NOT DISTINCT;
