// One run: why it was granted, what it did, and the last output of each step as the ledger keeps it.

import type { ShowJson } from '../../contract/run.ts';
import { type Html, html } from '../html.ts';
import { mark, versionName } from './frame.ts';

export function runPage(run: ShowJson): Html {
  return html`<div class="card">${mark(run.outcome ?? 'under way')}
<p>${run.sentence ?? run.because}</p>
<dl>
<dt>environment</dt><dd><a href="/environments/${encodeURIComponent(run.environment)}">${run.environment}</a></dd>
<dt>${run.kind}</dt><dd>${versionName(run.version)}</dd>
<dt>before</dt><dd>${versionName(run.previous)}</dd>
<dt>because</dt><dd>${run.because}</dd>
${run.by === null ? null : html`<dt>by</dt><dd>${run.by}</dd>`}
${run.reason === null ? null : html`<dt>reason</dt><dd>${run.reason}</dd>`}
${run.cause === null ? null : html`<dt>answers</dt><dd>${run.cause}</dd>`}
<dt>opened</dt><dd><time>${run.openedAt}</time></dd>
${run.endedAt === null ? null : html`<dt>ended</dt><dd><time>${run.endedAt}</time></dd>`}
</dl></div>
${run.failure === null ? null : html`<h2>What failed</h2><p class="bad">${run.failure.sentence}</p>`}
${run.stages.map(stage)}`;
}

function stage({ name, outcome, skipped, steps }: ShowJson['stages'][number]): Html {
  return html`<h2>${name} ${mark(skipped ? 'skipped' : (outcome ?? 'not ended'))}</h2>
${steps.map(
  (step) => html`<p><strong>${step.name}</strong> ${step.sentence}</p>
${step.tail === '' ? null : html`<pre tabindex="0" aria-label="output of ${step.name}">${step.tail}</pre>`}`,
)}`;
}
