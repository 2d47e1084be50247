// Two environments that name what can only have one owner are told so, and nobody is stopped by it.

import { expect, test } from 'vitest';
import { assemble } from '../../../engine/config/assemble.ts';
import { parseFile } from '../../../engine/config/parse.ts';
import { sharedOwnerWarnings } from '../../../engine/config/shared-owners.ts';
import { environment, type Files, SOUND, tree } from './repository.ts';

function warnings(environments: Readonly<Record<string, Record<string, string>>>): readonly string[] {
  const files: Files = {
    ...SOUND,
    ...Object.fromEntries(
      Object.entries(environments).map(([name, keys]) => [`environments/${name}/environment.yaml`, environment(keys)]),
    ),
  };
  const { config } = assemble(
    Object.entries(files).map(([file, text]) => parseFile(file, text)),
    tree(files),
  );
  if (config === null) throw new Error('no configuration');
  return sharedOwnerWarnings(config).map(
    ({ file, severity, message, hint }) => `${file} ${severity}: ${message} (${hint})`,
  );
}

test('a place in another spelling is the same place', () => {
  const told = warnings({
    production: { target: '{ files: { to: /srv/shop } }' },
    zz: { target: '{ files: { to: /srv/./shop/ } }' },
    other: { target: '{ files: { to: /srv/other } }' },
  });
  expect(told).toEqual([
    'environments/production/environment.yaml warning: /srv/shop is also the target of zz: it belongs to whichever is there first, and refuses the other (give each its own, such as `to: /srv/shop-production`)',
    'environments/zz/environment.yaml warning: /srv/shop is also the target of production: it belongs to whichever is there first, and refuses the other (give each its own, such as `to: /srv/shop-zz`)',
  ]);
});

test('a secret that several name, and scripts that nobody can tell apart', () => {
  const script = '{ script: { apply: scripts/test.sh } }';
  const told = warnings({
    production: { target: script, secrets: '[TOKEN, OWN]' },
    zz: { target: script, secrets: '[TOKEN]' },
  });
  expect(told).toHaveLength(2);
  expect(told[1]).toContain('the secret TOKEN is also named by production');
  expect(told[1]).toContain('`--grants zz=TOKEN`');
});
