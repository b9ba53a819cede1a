// What differs from the usual in how a flag is evaluated, in a few words each.
import { groupTypeName, type Names } from '../targeting/names.ts';
import type { FlagDraft } from './draft.ts';
import { KIND_WORDS } from './kind-words.ts';
import { valueWords } from './value-words.ts';

type Advanced = Pick<
  FlagDraft,
  | 'runtime'
  | 'contexts'
  | 'bucketing'
  | 'aggregation'
  | 'earlyExit'
  | 'valueType'
  | 'valueSource'
  | 'flagKind'
  | 'killSwitch'
  | 'continuity'
  | 'holdout'
>;

/** Nothing for a flag that is evaluated as most are. */
export function advancedWords(draft: Advanced, names: Names = {}): string[] {
  const { runtime, contexts, bucketing, aggregation, earlyExit, valueType, valueSource } = draft;
  return [
    ...(runtime === 'client' ? ['browsers and apps only'] : []),
    ...(runtime === 'server' ? ['servers only'] : []),
    ...(contexts.length > 0 ? [`contexts ${contexts.join(', ')}`] : []),
    ...(aggregation === null && bucketing === 'device_id' ? ['dealt out by device'] : []),
    ...(aggregation === null ? [] : [`dealt out by ${groupTypeName(aggregation, names)}`]),
    ...(valueType === null ? [] : [`OpenFeature gets ${valueWords(valueType, valueSource)}`]),
    ...(draft.flagKind === 'release' ? [] : [KIND_WORDS[draft.flagKind].toLowerCase()]),
    ...(draft.killSwitch === null ? [] : [`kill switch ${draft.killSwitch}`]),
    ...(draft.holdout ? [`${draft.holdout.exclusion_percentage} % held out`] : []),
    ...(draft.continuity ? ['kept across login'] : []),
    ...(earlyExit ? ['stops at the first set that matches'] : []),
  ];
}
