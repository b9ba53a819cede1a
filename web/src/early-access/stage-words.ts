// Stages of early access in words.
import type { Feature } from '../api/flag-people.ts';

type Stage = Feature['stage'];

export const STAGE_WORDS: Readonly<Record<Stage, { label: string; help: string }>> = {
  concept: { label: 'Concept', help: 'People may say that they want it; nobody gets it yet.' },
  alpha: { label: 'Alpha', help: 'Whoever opts in gets it.' },
  beta: { label: 'Beta', help: 'Whoever opts in gets it; browsers list it.' },
  'general-availability': {
    label: 'General availability',
    help: 'Whoever opts out goes without it; the flag gives it to the others.',
  },
  archived: { label: 'Archived', help: 'It is over; the conditions of the flag decide alone.' },
};

export const STAGES = Object.keys(STAGE_WORDS) as Stage[];
