import { describe, expect, test } from 'vitest';
import { plainText } from '../../../engine/cli/text/line.ts';
import { whyLines } from '../../../engine/cli/text/why-shown.ts';
import { whyJson } from '../../../engine/contract/why.ts';
import { whyOf } from '../../../engine/explain/why.ts';
import { ANA, instant, observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';

const FRIDAY = '2026-11-20 12:00';
const SATURDAY = '2026-11-21 20:00';

function why(story: Story, at: string, name?: string) {
  const observed = observedBy(story);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('no environment');
  return whyOf(environment, observed, instant(at), name === undefined ? undefined : version(name));
}

const gated = () => new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1').offers('v1.4.2');

describe('why, about the candidate', () => {
  test('names the rule, the zone and the moment it opens, and who may override it', () => {
    expect(plainText(whyLines(why(gated(), SATURDAY), 'UTC'))).toMatchInlineSnapshot(`
      "production: v1.4.2 (1264ab1) waits until Monday 2026-11-23 09:00 Europe/Bucharest (in 1 d 11 h)

        waiting  business-hours/window  closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest

        business-hours/window can be overridden by leads
        in an emergency: tidegate deploy production v1.4.2 --emergency --reason "…"

      at Saturday 2026-11-21 20:00 UTC (2026-11-21T20:00:00Z)
      "
    `);
  });

  test('says until when it is allowed', () => {
    expect(whyJson(why(gated(), FRIDAY))).toMatchInlineSnapshot(`
      {
        "at": "2026-11-20T12:00:00Z",
        "environment": "production",
        "needs": null,
        "notices": [],
        "rules": [
          {
            "needs": null,
            "overridableBy": [
              "leads",
            ],
            "overridden": false,
            "policy": "business-hours",
            "rule": "window",
            "sentence": "business-hours: open until Friday 2026-11-20 18:00 Europe/Bucharest",
            "status": "allowed",
            "until": "2026-11-20T16:00:00Z",
          },
        ],
        "sentence": "business-hours: open until Friday 2026-11-20 18:00 Europe/Bucharest",
        "status": "allowed",
        "until": "2026-11-20T16:00:00Z",
        "version": {
          "commit": "1264ab121264ab121264ab121264ab121264ab12",
          "tag": "v1.4.2",
        },
      }
    `);
  });

  test('a request of a person who may override the rule is allowed, and the rule is shown as overridden', () => {
    const story = gated().at(SATURDAY);
    const wanted = story.knows('v1.4.3');
    story.event(
      { type: 'deploy-requested', version: wanted, reason: 'checkout is down', emergency: true, skipTests: false },
      ANA,
    );
    const answer = whyJson(why(story, SATURDAY));
    expect(answer).toMatchObject({ status: 'allowed', version: wanted, rules: [{ overridden: true }] });
    expect(plainText(whyLines(why(story, SATURDAY), 'UTC'))).toContain('overridden');
  });

  test('a tag that was moved is refused, with both commits', () => {
    const story = gated().event({
      type: 'tag-seen',
      tag: 'v1.4.2',
      oid: version('elsewhere').commit,
      commit: version('elsewhere').commit,
    });
    const answer = whyJson(why(story, FRIDAY));
    expect(answer.status).toBe('denied');
    expect(answer.rules[0]).toMatchObject({ policy: 'tidegate', rule: 'tag', status: 'denied' });
    expect(answer.rules[0]?.sentence).toContain(version('elsewhere').commit.slice(0, 7));
  });

  test('a pushed revert that has to wait is told of `tidegate rollback`', () => {
    const story = gated().deployed('v1.4.2').offers('v1.4.1');
    expect(plainText(whyLines(why(story, SATURDAY), 'UTC'))).toContain('tidegate rollback production --to v1.4.1');
  });

  test('while a run is under way, the newer version waits for it', () => {
    const story = gated().opens('v1.4.2').passes('test').starts('deploy').offers('v1.4.3');
    expect(whyJson(why(story, FRIDAY))).toMatchObject({
      status: 'waiting',
      version: version('v1.4.3'),
      rules: [{ rule: 'run' }, { policy: 'business-hours' }],
    });
  });

  test('a run that is under way is allowed, as it was granted', () => {
    const story = gated()
      .opens('v1.4.2', { because: 'business-hours: open until 18:00' })
      .passes('test')
      .starts('deploy');
    expect(whyJson(why(story, SATURDAY))).toMatchObject({ status: 'allowed', version: version('v1.4.2') });
  });

  test('a run that is under way says which stage runs and what is asked before the next', () => {
    const story = gated().opens('v1.4.2', { because: 'business-hours: open until 18:00' }).starts('test');
    // Nothing is offered any more: what moves is told all the same, and not that nothing is new.
    const moving = story.observes({ offers: [] });
    expect(whyJson(why(moving, SATURDAY)).sentence).toMatch(
      /^production-2 \(deploy v1\.4\.2 \(\w{7}\)\) is under way: test \(1 of 3\) runs since 2026-11-19T09:00:03Z; next is deploy, whose gates are asked when it starts: it would wait now \(business-hours: closed since /,
    );
    expect(whyJson(why(moving, FRIDAY)).sentence).toContain('it would be allowed now');
    expect(whyJson(why(moving, SATURDAY, 'v1.4.2'))).toEqual(whyJson(why(moving, SATURDAY)));
  });

  test('a run that has failed says what follows', () => {
    const story = gated().opens('v1.4.2').passes('test').passes('deploy').fails('verify', 'answered 503', 'roll-back');
    expect(whyJson(why(story, FRIDAY)).sentence).toContain(
      'it has failed (verify: answered 503), and it is rolled back; granted because',
    );
  });

  test('a run that waits before a stage answers with the gate of that stage', () => {
    const story = gated().opens('v1.4.2').passes('test');
    expect(whyJson(why(story, SATURDAY))).toMatchObject({
      status: 'waiting',
      until: '2026-11-23T07:00:00Z',
      rules: [{ rule: 'run' }, { policy: 'business-hours', status: 'waiting' }],
    });
  });
});

describe('why, without a candidate', () => {
  test('tells what runs and since when', () => {
    const story = new Story().deployed('v1.4.1').offers('v1.4.1');
    expect(whyJson(why(story, FRIDAY))).toMatchObject({
      status: 'allowed',
      version: version('v1.4.1'),
      rules: [{ policy: 'tidegate', rule: 'current' }],
    });
  });

  test('tells also why nothing newer comes', () => {
    const story = gated().failedAndRolledBack('v1.4.2', 'health: answered 503');
    const answer = whyJson(why(story, FRIDAY));
    expect(answer).toMatchObject({ status: 'allowed', version: version('v1.4.1') });
    expect(answer.sentence).toContain('v1.4.2');
    expect(answer.sentence).toContain('in quarantine since production-2');
  });

  test('waits for a first version where nothing was ever offered', () => {
    expect(plainText(whyLines(why(new Story(), FRIDAY), 'UTC'))).toMatchInlineSnapshot(`
      "production: nothing is offered

        waiting  tidegate/follow  no version is offered yet: production follows the tags v*

      at Friday 2026-11-20 12:00 UTC (2026-11-20T12:00:00Z)
      "
    `);
    expect(whyJson(why(new Story(), FRIDAY))).toMatchObject({ version: null, status: 'waiting' });
  });

  test('refuses with the tag that does not count', () => {
    const sentence = 'tag v2.0.0 is on 1234567, which is not on main; merge that commit first';
    const answer = whyJson(why(new Story().observes({ ignored: [{ tag: 'v2.0.0', sentence }] }), FRIDAY));
    expect(answer.rules).toMatchObject([{ sentence }]);
    expect(answer.status).not.toBe('allowed');
  });
});

describe('why, about a version by name', () => {
  test('the candidate and what runs are answered as such', () => {
    expect(whyJson(why(gated(), FRIDAY, 'v1.4.2'))).toEqual(whyJson(why(gated(), FRIDAY)));
    expect(whyJson(why(gated(), FRIDAY, 'v1.4.1'))).toMatchObject({ status: 'allowed', rules: [{ rule: 'current' }] });
  });

  test('one in quarantine is refused with what releases it', () => {
    const story = gated().failedAndRolledBack('v1.4.2', 'health: answered 503');
    const answer = whyJson(why(story, FRIDAY, 'v1.4.2'));
    expect(answer).toMatchObject({ status: 'denied', rules: [{ policy: 'tidegate', rule: 'quarantine' }] });
    expect(answer.sentence).toContain('to deploy it by name releases it');
  });

  test('one that nobody offers is judged as if it were asked for, and says how to ask', () => {
    const story = gated();
    story.knows('v1.3.0');
    const answer = whyJson(why(story, SATURDAY, 'v1.3.0'));
    expect(answer).toMatchObject({
      status: 'waiting',
      rules: [
        { rule: 'follow', status: 'allowed' },
        { policy: 'business-hours', status: 'waiting' },
      ],
    });
  });

  test('an emergency is not assumed', () => {
    const story = gated();
    story.knows('v1.3.0');
    expect(whyJson(why(story, SATURDAY, 'v1.3.0')).rules.some((rule) => rule.overridden)).toBe(false);
  });

  test('a tag that is ignored is refused with its sentence, and another tag is not taken for it', () => {
    const sentence = 'tag v1.4.20 is on 1234567, which is not on main; merge that commit first';
    const story = gated().observes({ ignored: [{ tag: 'v1.4.20', sentence }] });
    story.knows('v1.4.20');
    expect(whyJson(why(story, FRIDAY, 'v1.4.20'))).toMatchObject({
      status: 'denied',
      rules: [{ rule: 'tag', sentence }],
    });
    expect(whyJson(why(story, FRIDAY, 'v1.4.2')).status).toBe('allowed');
  });

  test('a tag that a sentence about another one names is not refused by it', () => {
    const sentence = 'tag v1.0.1 is not higher than v1.3.0, which runs here: it is not offered';
    const story = gated().observes({ ignored: [{ tag: 'v1.0.1', sentence }] });
    story.knows('v1.3.0');
    expect(whyJson(why(story, FRIDAY, 'v1.3.0')).rules.map(({ rule }) => rule)).not.toContain('tag');
  });

  test('a policy that only the head asks says so, for a version and before a stage', () => {
    const free = new Story().gatedBy(officeHours()).accepted().at('2026-11-19 09:00').deployed('v1.4.1');
    const marked = { policy: 'business-hours (at the head, not in force)', rule: 'window', status: 'waiting' };
    expect(whyJson(why(free.offers('v1.4.2'), SATURDAY)).rules).toMatchObject([marked]);
    expect(whyJson(why(free.opens('v1.4.2'), SATURDAY)).rules).toMatchObject([{ rule: 'run' }, marked]);
  });

  test('a tag that was moved is refused also when it is not what is offered', () => {
    const story = gated().event({
      type: 'tag-seen',
      tag: 'v1.3.0',
      oid: version('first').commit,
      commit: version('first').commit,
    });
    story.knows('v1.3.0');
    expect(whyJson(why(story, FRIDAY, 'v1.3.0'))).toMatchObject({ status: 'denied', rules: [{ rule: 'tag' }] });
  });

  test('a commit that cannot be read is refused', () => {
    expect(whyJson(why(gated(), FRIDAY, 'unknown'))).toMatchObject({ status: 'denied', rules: [{ rule: 'version' }] });
  });

  test('nothing is allowed by a damaged ledger', () => {
    const story = gated();
    story.observes({ ledger: { type: 'damaged', sentence: 'tidegate/production was rewritten', state: story.state } });
    expect(whyJson(why(story, FRIDAY, 'v1.4.1')).status).toBe('denied');
    expect(whyJson(why(story, FRIDAY)).status).toBe('denied');
  });
});
