// Every test file runs under this: no developer's git configuration, no prompt, one known identity, one known zone.
// A test that needs another value sets it for its own child process.
process.env['GIT_CONFIG_NOSYSTEM'] = '1';
process.env['GIT_CONFIG_GLOBAL'] = '/dev/null';
process.env['GIT_TERMINAL_PROMPT'] = '0';
process.env['GIT_AUTHOR_NAME'] = 'Ana';
process.env['GIT_AUTHOR_EMAIL'] = 'ana@example.org';
process.env['GIT_COMMITTER_NAME'] = 'Ana';
process.env['GIT_COMMITTER_EMAIL'] = 'ana@example.org';
process.env['TZ'] = 'UTC';
delete process.env['TIDEGATE_REPO'];
delete process.env['TIDEGATE_STATE'];
