// What is wrong with a condition before the server sees it.
import { type ConditionDraft, textOf } from './condition-draft.ts';
import { wordsOf } from './operators.ts';
import { patternProblem } from './pattern.ts';

/** Field (dotted path as the server names it) → what is wrong with it. */
export type Problems = ReadonlyMap<string, string>;
export type Found = [attr: string, problem: string];

const RELATIVE_DATE = /^-?\d{1,4}[hdwmy]$/;
const VERSION = /^\s*v?\d+(\.\d+){0,2}([-+].*)?\s*$/i;
const WILDCARD = /^\s*v?\d+(\.\d+)?\.\*\s*$/i;

const isNumber = (value: unknown): boolean =>
  textOf(value).trim() !== '' && Number.isFinite(Number(textOf(value)));

function rangeProblem(value: unknown): string | null {
  const [min, max] = Array.isArray(value) ? value : [];
  if (!isNumber(min) || !isNumber(max)) return 'Enter two numbers.';
  return Number(min) > Number(max) ? 'The first must not be above the second.' : null;
}

function dateProblem(text: string): string | null {
  return RELATIVE_DATE.test(text) || !Number.isNaN(Date.parse(text)) ? null : 'Enter a date.';
}

function versionProblem(operator: string, text: string): string | null {
  if (operator === 'semver_wildcard') {
    return WILDCARD.test(text) ? null : 'Enter a version such as 1.2.*.';
  }
  return VERSION.test(text) ? null : 'Enter a version such as 1.2.3.';
}

/** What is wrong with the value of a condition, or null. */
export function valueProblem({ operator, value }: ConditionDraft): string | null {
  const text = textOf(value);
  switch (wordsOf(operator).kind) {
    case 'none':
    case 'other':
      return null;
    case 'texts':
      return Array.isArray(value) && value.length > 0 ? null : 'Enter at least one value.';
    case 'text':
      return text === '' ? 'Enter a value.' : null;
    case 'number':
      return isNumber(value) ? null : 'Enter a number.';
    case 'range':
      return rangeProblem(value);
    case 'date':
      return dateProblem(text);
    case 'version':
      return versionProblem(operator, text);
    case 'pattern':
      return patternProblem(text);
  }
}

/** Problems of a list of conditions; `at` is where the list stands, such as `filters.groups.0`. */
export function conditionProblems(
  conditions: readonly ConditionDraft[],
  at: string,
  listName: 'properties' | 'values' = 'properties',
): Found[] {
  return conditions.flatMap((condition, row) => {
    const found: Found[] = [];
    const path = `${at}.${listName}.${row}`;
    if (condition.key.trim() === '') {
      const what = condition.type === 'flag' ? 'Choose a flag.' : 'Name a property.';
      found.push([`${path}.key`, what]);
    }
    const isUnchosen = condition.type === 'cohort' && condition.value === null;
    const problem = isUnchosen ? 'Choose a cohort.' : valueProblem(condition);
    if (problem) found.push([`${path}.value`, problem]);
    return found;
  });
}
