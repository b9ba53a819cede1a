// What somebody should know before the launch.
import type { Flag } from '../api/flags.ts';
import { CONTROL, type ExperimentDraft, goalCount, variantsOf } from './draft.ts';

export type Check = {
  readonly tone: 'ok' | 'watch' | 'harm';
  readonly words: string;
};

type Known = {
  readonly flags: readonly Flag[];
  /** Names of experiments that run on the flag. */
  readonly others: readonly string[];
  /** Days until the sample is complete; null: unknown. */
  readonly days: number | null;
  readonly nowMs: number;
};

/** 7 days: a flag that code asks for is asked for within them. */
const RECENT_MS = 7 * 86_400_000;
/** 56 days: longer ones outlive what they ask. */
export const LONG_DAYS = 56;

/** `harm` stands in the way of the launch. */
export function checksOf(draft: ExperimentDraft, known: Known): Check[] {
  return [
    goalCheck(draft),
    splitCheck(draft, known),
    flagCheck(draft, known),
    otherCheck(known),
    timeCheck(known),
    guardCheck(draft),
  ].filter((check) => check !== null);
}

function goalCheck(draft: ExperimentDraft): Check {
  const goals = goalCount(draft);
  if (goals === 0) return { tone: 'harm', words: 'Say what it is to improve: add a goal.' };
  return goals > 3
    ? {
        tone: 'watch',
        words: `${goals} goals: each must be surer than a single one would have to be.`,
      }
    : { tone: 'ok', words: goals === 1 ? 'It has one goal.' : `It has ${goals} goals.` };
}

function splitCheck(draft: ExperimentDraft, { flags }: Known): Check {
  const variants = variantsOf(draft, flags);
  const given = variants.filter(({ rollout_percentage: share }) => share > 0);
  if (given.length < 2) return { tone: 'harm', words: 'At least two variants need a share.' };
  const shares = given.map(({ rollout_percentage: share }) => share);
  const isUneven = Math.max(...shares) - Math.min(...shares) > 1.5;
  if (!isUneven) return { tone: 'ok', words: 'Variants have equal shares.' };
  return draft.multiple === 'exclude'
    ? {
        tone: 'watch',
        words: `Shares are uneven: people who see several variants are then left out unevenly, too. Let them count for the first one, or make the shares equal.`,
      }
    : { tone: 'ok', words: 'Shares are uneven, and people count for the variant they saw first.' };
}

function flagCheck({ takenFlag }: ExperimentDraft, { flags, nowMs }: Known): Check | null {
  const flag = flags.find(({ key }) => key === takenFlag);
  if (!flag)
    return { tone: 'watch', words: 'Its flag is new: deploy code that asks for it first.' };
  const pinned = flag.filters.groups.filter(({ variant }) => typeof variant === 'string');
  if (pinned.length > 0 && pinned.length === flag.filters.groups.length) {
    return {
      tone: 'harm',
      words:
        'Every condition set of the flag gives one fixed variant: nobody is told apart by chance.',
    };
  }
  if (pinned.length > 0) {
    return {
      tone: 'watch',
      words:
        'A condition set of the flag gives one fixed variant: those people are not there by chance.',
    };
  }
  const called = flag.last_called_at;
  if (called === null || nowMs - Date.parse(called) > RECENT_MS) {
    return { tone: 'watch', words: 'Code has not asked for the flag in the last 7 days.' };
  }
  return flag.active
    ? {
        tone: 'watch',
        words:
          'The flag is on already: who has been told their variant before may not be reported again, and so not count.',
      }
    : { tone: 'ok', words: 'Code asks for the flag.' };
}

function otherCheck({ others }: Known): Check | null {
  if (others.length === 0) return null;
  return { tone: 'harm', words: `The experiment “${others[0]}” runs on this flag; stop it first.` };
}

function timeCheck({ days }: Known): Check {
  if (days === null) {
    return { tone: 'watch', words: 'How long it takes is not known.' };
  }
  const words = `About ${Math.max(1, Math.ceil(days))} days until the sample is complete.`;
  return { tone: days > LONG_DAYS ? 'watch' : 'ok', words };
}

function guardCheck({ secondary }: ExperimentDraft): Check {
  const count = secondary.filter(({ guardrail }) => guardrail !== null).length;
  return count === 0
    ? {
        tone: 'watch',
        words: `Nothing stops it when a variant does harm: everyone would keep it until somebody looks. Add a guardrail.`,
      }
    : {
        tone: 'ok',
        words: `${count === 1 ? 'A guardrail takes' : `${count} guardrails take`} everyone back to ${CONTROL} when a variant does harm.`,
      };
}
