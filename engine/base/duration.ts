// Durations as people write them in YAML and on the command line: 500ms, 10s, 15m, 4h, 2d, 1w, and sums such as
// 1h30m.

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The JSON Schema pattern of a duration. */
export const DURATION_PATTERN = '^([0-9]+(ms|s|m|h|d|w))+$';

/** Milliseconds, or null when the text is not a duration. */
export function parseDuration(text: string): number | null {
  if (!new RegExp(DURATION_PATTERN).test(text)) return null;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9]+)(ms|s|m|h|d|w)/g)) {
    totalMs += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  return Number.isSafeInteger(totalMs) ? totalMs : null;
}

/** How many whole days are written in it as days or weeks: `1d12h` has one, `36h` none. */
export function daysWritten(text: string): number {
  let days = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9]+)(d|w)/g)) days += Number(amount) * (unit === 'w' ? 7 : 1);
  return days;
}

/** The two largest units, for sentences: `2 d 3 h`, `45 s`, `250 ms`. */
export function formatDuration(durationMs: number): string {
  if (Math.round(durationMs) < 1_000) return `${Math.max(0, Math.round(durationMs))} ms`;
  const parts: string[] = [];
  let rest = Math.round(durationMs / 1_000) * 1_000;
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit === 'm' ? 'min' : unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
