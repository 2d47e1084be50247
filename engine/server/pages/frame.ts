// What stands around every page: its name, the way home, and of when it is.

import { formatInstant, type Instant } from '../../base/instant.ts';
import { type Html, html } from '../html.ts';

export type Moment = { readonly now: Instant; readonly head: string | null };

export function frame(title: string, moment: Moment | null, content: Html): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tidegate</title>
<link rel="stylesheet" href="/static/tidegate.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="name"><a href="/">Tidegate</a></p>
${moment === null ? null : html`<p class="quiet">as of <time>${formatInstant(moment.now)}</time>${headOf(moment)}</p>`}
</header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return page.text;
}

function headOf({ head }: Moment): Html | null {
  return head === null ? null : html`, configuration at <code>${head.slice(0, 7)}</code>`;
}

/** A version by its tag, else by the first digits of its commit. */
export function versionName(version: { readonly commit: string; readonly tag: string | null } | null): string {
  if (version === null) return '–';
  const short = version.commit.slice(0, 7);
  return version.tag === null ? short : `${version.tag} (${short})`;
}

const MARKS: Readonly<Record<string, string>> = {
  Ready: 'good',
  Succeeded: 'good',
  allowed: 'good',
  Reconciling: 'busy',
  'under way': 'busy',
  waiting: 'busy',
  Stalled: 'bad',
  Failed: 'bad',
  Errored: 'bad',
  RolledBack: 'bad',
  denied: 'bad',
};

export function mark(word: string): Html {
  return html`<span class="mark ${MARKS[word] ?? 'quiet'}">${word}</span>`;
}
