"""`/sharing` and `/admin/sharing`: what departments ask each other for, what was decided, and who used what."""
