// What a draft lacks before it can be saved, each at the field that the server would name. The server
// checks again; this only spares the way there.
import { checkDeclared, checkValues } from 'serin/flags/value';
import { jsonProblem } from '../ui/json-text.ts';
import { conditionProblems, type Found, type Problems } from '../targeting/condition-problem.ts';
import { filtersFrom } from './draft-body.ts';
import { type FlagDraft, type GroupDraft } from './draft.ts';
import { shareSum } from './shares.ts';

const KEY = /^[a-zA-Z0-9_-]+$/;
/** Longest flag key that is accepted. */
const MAX_KEY_LENGTH = 400;

function keyProblem(key: string): string | null {
  if (key.trim() === '') return 'A flag needs a key.';
  if (!KEY.test(key.trim())) return 'Only letters, digits, hyphens and underscores.';
  return key.length > MAX_KEY_LENGTH ? `At most ${MAX_KEY_LENGTH} characters.` : null;
}

function variantProblems({ kind, variants, payload }: FlagDraft): Found[] {
  if (kind === 'boolean') {
    const problem = jsonProblem(payload);
    return problem ? [['filters.payloads.true', problem]] : [];
  }
  const at = 'filters.multivariate.variants';
  const found: Found[] = [];
  if (variants.length === 0) found.push([at, 'Add at least one variant.']);
  else if (shareSum(variants) !== 100) {
    found.push([at, `The shares must sum to 100 %; now it is ${shareSum(variants)} %.`]);
  }
  const keys = variants.map(({ key }) => key.trim());
  keys.forEach((key, index) => {
    if (key === '') found.push([`${at}.${index}.key`, 'A variant needs a key.']);
    else if (keys.indexOf(key) !== index) {
      found.push([`${at}.${index}.key`, 'Another variant has this key.']);
    }
  });
  for (const variant of variants) {
    const problem = jsonProblem(variant.payload);
    if (problem) found.push([`filters.payloads.${variant.key}`, problem]);
  }
  return found;
}

/** Variants or payloads that are not of the declared type. */
function valueProblems(draft: FlagDraft): Found[] {
  const { valueType, valueSource } = draft;
  const declared = { valueType, valueSource };
  const found = checkDeclared(declared) ?? checkValues(declared, filtersFrom(draft, null));
  return found ? [[found.attr, found.detail]] : [];
}

function groupProblems(group: GroupDraft, index: number): Found[] {
  const at = `filters.groups.${index}`;
  const found: Found[] = [];
  if (!(group.percent >= 0 && group.percent <= 100)) {
    found.push([`${at}.rollout_percentage`, 'Between 0 and 100.']);
  }
  found.push(...conditionProblems(group.conditions, at));
  return found;
}

/** Everything that keeps a draft from being saved. */
export function problemsOf(draft: FlagDraft): Problems {
  const key = keyProblem(draft.key);
  return new Map<string, string>([
    ...(key ? [['key', key] as Found] : []),
    ...variantProblems(draft),
    ...valueProblems(draft),
    ...draft.groups.flatMap(groupProblems),
  ]);
}
