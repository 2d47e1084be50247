import { describe, expect, test } from 'vitest';
import { jobEnvironment } from '../../../engine/runner/job-environment.ts';

const place = { directory: '/run/export', log: '/run/log', temporary: '/run/tmp' };

describe('the environment of a job', () => {
  test('has who, where and which language from the controller, and nothing that it was not told to hand over', () => {
    const controller = {
      PATH: '/bin',
      HOME: '/home/ana',
      USER: 'ana',
      LANG: 'C',
      TZ: 'UTC',
      SSH_AUTH_SOCK: '/agent',
      GITHUB_TOKEN: 'ghp_x',
      CI: 'true',
    };
    expect(jobEnvironment({ env: { A: '1' }, secrets: [] }, place, controller)).toEqual({
      type: 'complete',
      env: {
        PATH: '/bin',
        HOME: '/home/ana',
        USER: 'ana',
        LANG: 'C',
        TZ: 'UTC',
        TERM: 'dumb',
        TIDEGATE_OUTPUT: '/run/tmp/log.output',
        TMPDIR: '/run/tmp',
        PWD: '/run/export',
        A: '1',
      },
      secrets: [],
    });
  });

  test('has the named secrets, and says what is to be masked', () => {
    const given = jobEnvironment({ env: {}, secrets: ['TOKEN', 'EMPTY'] }, place, { TOKEN: 'abcdef', EMPTY: '' });
    expect(given).toMatchObject({ type: 'complete', env: { TOKEN: 'abcdef', EMPTY: '' }, secrets: ['abcdef', ''] });
  });

  test('names what is missing', () => {
    expect(jobEnvironment({ env: {}, secrets: ['A', 'B'] }, place, { A: 'x' })).toEqual({
      type: 'incomplete',
      missing: ['B'],
    });
  });

  test('has a PATH also where the controller has none', () => {
    const given = jobEnvironment({ env: {}, secrets: [] }, place, {});
    expect(given.type === 'complete' && given.env['PATH']).toContain('/usr/bin');
  });
});
