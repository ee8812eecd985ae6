-- The warnings that were said to the public, as they were said: never a proposal, who decided, or why.
CREATE VIEW portal.public_warning AS
SELECT identifier, sender AS issuer, sent, status, act, severity, expires, texts, replaced_at IS NOT NULL AS is_replaced, content
FROM public.cap_message;
