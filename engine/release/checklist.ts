// A checklist in Markdown, as people keep it: `- [ ]` is open, `- [x]` is done, headings say to what it belongs.

export type OpenItem = { readonly under: string | null; readonly text: string };

export function openItems(text: string): readonly OpenItem[] {
  const open: OpenItem[] = [];
  let under: string | null = null;
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const heading = /^#{2,6} +(.*?)\s*$/.exec(line)?.[1];
    if (heading !== undefined) under = heading;
    const item = /^\s*[-*] \[ \] +(.*?)\s*$/.exec(line)?.[1];
    if (item !== undefined) open.push({ under, text: item });
  }
  return open;
}

/** Where a release keeps its own copy, to be ticked off. */
export function checklistFile(checklist: string, tag: string): string {
  return `checklists/${checklist}/${tag}.md`;
}

/** The template with the name of the release in its first heading. */
export function checklistFor(template: string, tag: string): string {
  return template.replace(/^(# .*)$/m, (heading) => `${heading}: ${tag}`);
}
