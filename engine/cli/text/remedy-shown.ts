// What a person may do, as it is typed. The only place that makes a command of a remedy. What a person has to fill in
// stands in angle brackets, or as an ellipsis.

import { unreachable } from '../../base/assert.ts';
import type { Remedy } from '../../model/remedy.ts';
import { quoted } from './quoted.ts';

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

const REASON = '--reason "…"';
