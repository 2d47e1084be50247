// The first test that failed, as the JSON report of vitest has it. Must not throw at a report that is cut short.

export function failedIn(report: string): { readonly file: string; readonly test: string } | null {
  for (const each of listOf(memberOf(parsed(report), 'testResults'))) {
    const file = memberOf(each, 'name');
    if (memberOf(each, 'status') !== 'failed' || typeof file !== 'string') continue;
    const failed = listOf(memberOf(each, 'assertionResults')).find((test) => memberOf(test, 'status') === 'failed');
    const name = memberOf(failed, 'fullName');
    return { file, test: typeof name === 'string' ? name : 'the file cannot be read' };
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
