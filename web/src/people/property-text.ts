// A property's value as people type it: JSON where it reads as JSON, else the text itself.

/** What `text` means. */
export function valueOfText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What has to be typed for `value`: a text that would read as something else gets its quotes. */
export function textOfValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  return valueOfText(value) === value ? value : JSON.stringify(value);
}
