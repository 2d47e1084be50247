// Rows to aligned lines. The last column is never padded and, where a terminal is narrow, goes on below its own
// beginning.

import { hanging, type Line, type Part, type Span, widthOf } from './line.ts';

const GAP = 2;

/** `indent` columns stand before each row. Rows may have fewer cells than others. */
export function table(rows: readonly (readonly Part[])[], indent = 0): readonly Line[] {
  const cells = rows.map((row) =>
    row.map((part): Span => (typeof part === 'string' ? { text: part, style: 'plain' } : part)),
  );
  const widths = columnWidths(cells);
  return cells.map((row) => {
    const spans: Span[] = indent > 0 ? [{ text: ' '.repeat(indent), style: 'plain' }] : [];
    let hang = indent;
    for (const [index, cell] of row.entries()) {
      spans.push(cell);
      if (index === row.length - 1) break;
      const width = widths[index] ?? 0;
      spans.push({ text: ' '.repeat(width - widthOf(cell.text) + GAP), style: 'plain' });
      hang += width + GAP;
    }
    return hanging(hang, ...spans);
  });
}

/** A cell that ends its row is free to be long: it widens no column for those below it. */
function columnWidths(rows: readonly (readonly Span[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      if (index < row.length - 1) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell.text));
    }
  }
  return widths;
}
