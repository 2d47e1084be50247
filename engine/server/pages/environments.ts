// The first page: every environment as a card; and one environment: what it stands at, rule by rule, and its runs.

import type { HistoryJson } from '../../contract/run.ts';
import type { EnvironmentJson, StatusJson } from '../../contract/status.ts';
import type { WhyJson } from '../../contract/why.ts';
import { type Html, html } from '../html.ts';
import { mark, versionName } from './frame.ts';

export function environmentsPage({ environments, warnings = [] }: StatusJson): Html {
  const told = warnings.map((warning) => html`<p class="bad">${warning}</p>`);
  if (environments.length === 0) return html`${told}<p>There is no environment yet.</p>`;
  return html`${told}<ul class="cards">${environments.map(
    (each) => html`<li class="card">
<div class="top"><h2><a href="/environments/${encodeURIComponent(each.name)}">${each.name}</a></h2>${mark(each.condition)}</div>
${standing(each)}
</li>`,
  )}</ul>`;
}

export function environmentPage({ environments }: StatusJson, why: WhyJson, history: HistoryJson): Html {
  return html`${environments.map((each) => html`<div class="card">${mark(each.condition)}${standing(each)}</div>`)}
<h2>May ${versionName(why.version)} run here?</h2>
<p>${mark(why.status)} ${why.sentence}</p>
<ul class="cards">${why.rules.map(
    (rule) => html`<li class="card">
<div class="top"><strong>${rule.policy}${rule.rule === '' ? null : html` · ${rule.rule}`}</strong>${mark(rule.status)}</div>
<p>${rule.sentence}</p>
</li>`,
  )}</ul>
<h2>Runs</h2>
${runs(history)}`;
}

function standing({ sentence, current, candidate, waiting, needs, gates, run, postmortemsDue }: EnvironmentJson): Html {
  return html`<p>${sentence}</p>
<dl>
<dt>runs</dt><dd>${versionName(current)}</dd>
${candidate === null ? null : html`<dt>candidate</dt><dd>${versionName(candidate)}</dd>`}
${waiting?.until == null ? null : html`<dt>until</dt><dd><time>${waiting.until}</time></dd>`}
${run === null ? null : html`<dt>under way</dt><dd>${runLink(run)}</dd>`}
${needs === null ? null : html`<dt>needs</dt><dd>a person</dd>`}
${gates === null ? null : html`<dt>gates</dt><dd>${gates}</dd>`}
${postmortemsDue.length === 0 ? null : html`<dt>post-mortem due</dt><dd>${postmortemsDue.join(', ')}</dd>`}
</dl>`;
}

function runs({ runs: all }: HistoryJson): Html {
  if (all.length === 0) return html`<p>Nothing has run here yet.</p>`;
  return html`<ul class="cards">${all.map(
    (each) => html`<li class="card">
<div class="top">${runLink(each.id)}${mark(each.outcome ?? 'under way')}</div>
<p>${each.kind} ${versionName(each.version)}</p>
${each.sentence === null ? null : html`<p>${each.sentence}</p>`}
<p class="quiet"><time>${each.openedAt}</time>${each.by === null ? null : html`, ${each.by}`}</p>
</li>`,
  )}</ul>`;
}

function runLink(id: string): Html {
  return html`<a href="/runs/${encodeURIComponent(id)}">${id}</a>`;
}
