-- What is the same as a minute's mean is not stored again: most sensors send one reading a minute, whose mean, minimum,
-- maximum and last value are one number. NULL stands for it from now on; `rolled_minutes` reads it back. Rows that are
-- there stay as they are, and say the same.
ALTER TABLE rolled_1m ALTER COLUMN min DROP NOT NULL, ALTER COLUMN max DROP NOT NULL, ALTER COLUMN last DROP NOT NULL;
