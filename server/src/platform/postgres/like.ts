// Searching for a part of a text.

/** The pattern of `like` and `ilike` for texts that contain `part`, whose own signs count as letters. */
export function containing(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
