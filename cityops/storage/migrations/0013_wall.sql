-- What a person has asked all walls to show. One row: the last word counts.

CREATE TABLE wall_hold (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    scene   text NOT NULL,        -- dashboard.director.Scene, such as traffic or district:990101
    held_by text NOT NULL,
    held_at timestamptz NOT NULL,
    until   timestamptz NOT NULL  -- then the walls go on by themselves
);
