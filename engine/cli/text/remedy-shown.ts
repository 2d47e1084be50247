// What a person may do, as it is typed. The only place that makes a command of a remedy. What a person has to fill in
// stands in angle brackets, or as an ellipsis.

import { unreachable } from '../../base/assert.ts';
import type { Needs, Remedy } from '../../model/remedy.ts';
import { dim, hanging, type Line } from './line.ts';
import { quoted } from './quoted.ts';

/** More than a handful hides the one that matters; `--json` has them all. */
const SHOWN_MAX = 5;

/** A line each: what it does, and how it is typed. */
export function remedyLines(needs: Needs | null, indent = 2): readonly Line[] {
  const remedies = needs?.remedies ?? [];
  const left = remedies.length - SHOWN_MAX;
  const shown = remedies.slice(0, SHOWN_MAX).map((remedy) => {
    return hanging(indent + 2, ' '.repeat(indent), dim(`${labelOf(remedy)}: `), commandOf(remedy));
  });
  return left > 0 ? [...shown, hanging(indent, ' '.repeat(indent), dim(`and ${left} more (--json)`))] : shown;
}

function labelOf(remedy: Remedy): string {
  switch (remedy.act) {
    case 'approve':
      return 'approve';
    case 'approve-gates':
      return 'accept the gates';
    case 'cancel':
      return 'take it back';
    case 'deploy':
      return remedy.emergency ? 'in an emergency' : 'deploy';
    case 'override':
      return 'override';
    case 'record-check':
      return 'record the result';
    case 'resume':
      return 'resume';
    case 'rollback':
      return 'roll back';
    default:
      return unreachable(remedy);
  }
}

export function commandOf(remedy: Remedy): string {
  switch (remedy.act) {
    case 'approve':
      return `tidegate approve ${quoted(remedy.environment)} ${quoted(remedy.version)}`;
    case 'approve-gates':
      return `tidegate approve ${quoted(remedy.environment)} --gates`;
    case 'cancel':
      return `tidegate cancel ${quoted(remedy.environment)}`;
    case 'deploy': {
      const version = remedy.version === null ? '<version>' : quoted(remedy.version);
      const emergency = remedy.emergency ? ' --emergency' : '';
      return `tidegate deploy ${quoted(remedy.environment)} ${version}${emergency} ${REASON}`;
    }
    case 'override':
      return `tidegate override ${quoted(remedy.environment)} ${quoted(remedy.version)} ${REASON}`;
    case 'record-check': {
      const value = remedy.withValue ? ' --value …' : '';
      return `tidegate checks set ${quoted(remedy.version)} ${quoted(remedy.check)} passed${value}`;
    }
    case 'resume':
      return `tidegate resume ${remedy.environment === null ? '--all' : quoted(remedy.environment)} ${REASON}`;
    case 'rollback': {
      const to = remedy.version === null ? '' : ` --to ${quoted(remedy.version)}`;
      return `tidegate rollback ${quoted(remedy.environment)}${to} ${REASON}`;
    }
    default:
      return unreachable(remedy);
  }
}

/** A line of a log, with what may be done first. */
export function withCommand(sentence: string, remedy: Remedy | null): string {
  return remedy === null ? sentence : `${sentence}; \`${commandOf(remedy)}\``;
}

const REASON = '--reason "…"';
