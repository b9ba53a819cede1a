// Lays JSON text out without reading its values: numbers keep every digit that a browser would round.

/** A string, a number or word, or one of `{}[],:` of JSON text. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+|[{}[\],:]/g;

/** Why a text is not JSON, or null when it is (or is empty). */
export function jsonProblem(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? `Not valid JSON: ${error.message}` : 'Not valid JSON.';
  }
}

/** The same JSON with two spaces for each level; what is not JSON stays as it is. */
export function formatJson(text: string): string {
  if (text.trim() === '' || jsonProblem(text) !== null) return text;
  let depth = 0;
  let result = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(TOKEN) ?? [];
  tokens.forEach((token, index) => {
    const next = tokens[index + 1] ?? '';
    if (token === '{' || token === '[') {
      depth += 1;
      const isEmpty = next === '}' || next === ']';
      result += isEmpty ? token : token + line();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const isEmpty = ['{', '['].includes(tokens[index - 1] ?? '');
      result += isEmpty ? token : line() + token;
    } else if (token === ',') result += token + line();
    else result += token === ':' ? ': ' : token;
  });
  return result;
}
