// Steps as people know them from GitHub Actions: outputs, conditions, what is borne, and cleaning up, by a real
// controller, with real processes.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { script } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

const PIPELINE = `stages:
  - name: build
    steps:
      - name: build
        id: build
        run: |
          echo "image=shop:1" >> "$TIDEGATE_OUTPUT"
          printf 'notes<<END\\n$(touch pwned)\\n"; rm -rf / #\\nEND\\n' >> "$TIDEGATE_OUTPUT"
      - { name: lint, id: lint, run: exit 3, continue_on_error: true }
      - { name: tell, if: "steps.lint.outcome == 'failure'", run: 'printf %s "\${{ steps.build.outputs.notes }}" > "$WORLD/notes"' }
  - name: deploy
    steps:
      - { deploy: target }
      - { name: check, run: scripts/check.sh }
      - { name: publish, run: 'touch "$WORLD/published"' }
      - { name: on failure, if: failure(), run: 'echo "\${{ steps.build.outputs.image }}" > "$WORLD/failed"' }
      - { name: clean up, if: always(), run: 'echo "$TIDEGATE_RUN" >> "$WORLD/cleaned"' }
`;

test('a workflow puts values out, bears a failure, cleans up after another, and rolls back', async () => {
  story = new Scenario(
    { production: {} },
    { 'pipelines/deploy.yaml': PIPELINE, 'scripts/check.sh': script('[ ! -e "$WORLD/broken" ]') },
  );
  await story.tick();
  const world = (name: string) => path.join(story.world, name);
  expect(readFileSync(world('notes'), 'utf8')).toBe('$(touch pwned)\n"; rm -rf / #');
  expect(existsSync(world('published'))).toBe(true);
  expect(existsSync(world('failed'))).toBe(false);
  const first = (await story.run(['show', 'production-1'])).out;
  expect(first).toMatch(/lint +failed/);
  expect(first).toMatch(/on failure +skipped .*`if: failure\(\)` is false/);

  story.push({ 'scripts/check.sh': script('exit 1') }, 'Break the check');
  await story.tick();
  expect(readFileSync(world('failed'), 'utf8')).toBe('shop:1\n');
  expect(readFileSync(world('cleaned'), 'utf8')).toBe('production-1\nproduction-2\nproduction-3\n');
  const [, failed] = await story.history('production');
  expect(failed?.outcome).toBe('RolledBack');
  const second = (await story.run(['show', 'production-2'])).out;
  expect(second).toMatch(/publish +skipped .*an earlier step failed/);
});
