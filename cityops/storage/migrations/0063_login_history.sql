-- Serves: what a person is shown of the attempts to log in with their name.
CREATE INDEX audit_log_login ON audit_log (object, at) WHERE action = 'login';
