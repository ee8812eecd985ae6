-- A note of the shift keeps for how much of the city its author wrote: whoever sees no more than that sees the note.
-- The transaction says it (`enter_scope`), so no program can forget it. NULL: all, as of app_user.
ALTER TABLE shift_note
    ADD COLUMN domains text[]
        DEFAULT string_to_array(nullif(nullif(current_setting('cityops.domains', true), ''), '*'), ','),
    ADD COLUMN areas text[]
        DEFAULT string_to_array(nullif(nullif(current_setting('cityops.areas', true), ''), '*'), ',');
