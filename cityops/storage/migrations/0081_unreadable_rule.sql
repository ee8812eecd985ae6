-- Why a rule that is switched on cannot be read by this version or with this catalogue; null: it can, and is in force.
ALTER TABLE rule ADD COLUMN unreadable text;
