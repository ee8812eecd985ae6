-- A device that sends what it kept, in any order, now and then sends two reports that look like those of a clock that was
-- set: as far apart as their arrivals. After reports that do not keep step it takes a third to tell.
ALTER TABLE ledger
    ADD COLUMN is_erratic boolean NOT NULL DEFAULT false; -- the doubt did not keep step with the report before it
