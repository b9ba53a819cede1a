// Lines of CSV (RFC 4180), safe to open in a spreadsheet.

export type Cell = string | number | null | undefined;

/** One line with its end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(quoted).join(',')}\r\n`;

/** A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). */
function quoted(value: Cell): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
