"""The catalogue of cases in the database: its versions, a changed one, what a city uploads, and its calendars."""
