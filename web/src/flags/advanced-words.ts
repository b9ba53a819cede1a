// What differs from the usual in how a flag is evaluated, in a few words each.
import type { FlagDraft } from './draft.ts';

type Advanced = Pick<FlagDraft, 'runtime' | 'contexts' | 'bucketing' | 'earlyExit'>;

/** Nothing for a flag that is evaluated as most are. */
export function advancedWords({ runtime, contexts, bucketing, earlyExit }: Advanced): string[] {
  return [
    ...(runtime === 'client' ? ['browsers and apps only'] : []),
    ...(runtime === 'server' ? ['servers only'] : []),
    ...(contexts.length > 0 ? [`contexts ${contexts.join(', ')}`] : []),
    ...(bucketing === 'device_id' ? ['dealt out by device'] : []),
    ...(earlyExit ? ['stops at the first set that matches'] : []),
  ];
}
