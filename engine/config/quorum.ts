// Gates that nobody can ever open: a group with fewer people than must agree, which is an error, or with so few that
// their own changes can never pass, which may be meant. A controller holds such a gate as it stands; `tidegate check`
// says so before somebody waits for ever.

import type { Problem } from '../base/problem.ts';
import type { Config, PolicyConfig } from '../model/config.ts';
import { includesPerson } from '../model/people.ts';
import type { Place } from '../model/place.ts';
import type { Voices } from '../model/rule.ts';
import type { ApprovalRule } from '../policy/rules/approval.ts';

export function quorumProblems(config: Config): readonly Problem[] {
  return Object.values(config.policies).flatMap((policy) => [
    ...policy.rules.flatMap((rule) => (rule.type === 'approval' ? ofApproval(rule, config) : [])),
    ...ofOverride(policy, config),
  ]);
}

function ofApproval(rule: ApprovalRule, config: Config): readonly Problem[] {
  return [...rule.require, ...rule.paths].flatMap((voices) => {
    const members = membersOf([voices.from], config);
    const said = sayGroup(voices, members);
    if (members.length < voices.count) {
      return [
        problem(
          'error',
          rule.place,
          `this approval can never be given: it asks for ${voices.count} of ${said}`,
          'add people to the team in tidegate.yaml, or ask for fewer',
        ),
      ];
    }
    if (rule.author === 'counts' || members.length > voices.count) return [];
    const one = members.length === 1;
    return [
      problem(
        'warning',
        rule.place,
        `a change by ${one ? members[0] : `any of ${members.join(', ')}`} can never be approved: all of ${said} must agree, and nobody approves their own`,
        'add a person to the team in tidegate.yaml; where `author: counts` is meant, write it',
      ),
    ];
  });
}

function ofOverride({ name, place, override }: PolicyConfig, config: Config): readonly Problem[] {
  if (override === null) return [];
  const members = membersOf(override.by, config);
  if (members.length >= override.people) return [];
  const who = members.length === 0 ? 'nobody' : members.join(', ');
  return [
    problem(
      'error',
      place,
      `${name} can never be overridden: its override asks for ${override.people} people of ${override.by.join(', ')}, which is ${who}`,
      'add people to the team in tidegate.yaml, or ask for fewer',
    ),
  ];
}

/** People who are known and in one of these teams, or named themselves. */
function membersOf(names: readonly string[], { repository }: Config): readonly string[] {
  const { people, teams } = repository;
  return Object.keys(people).filter((person) => includesPerson(names, person, { people, teams }));
}

function sayGroup({ from }: Voices, members: readonly string[]): string {
  if (members.length === 1 && members[0] === from) return from;
  return `${from} (${members.length === 0 ? 'nobody' : members.join(', ')})`;
}

function problem(severity: Problem['severity'], place: Place, message: string, hint: string): Problem {
  return { ...place, severity, message, hint };
}
