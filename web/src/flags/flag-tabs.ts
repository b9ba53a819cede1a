// The tabs of a flag's page. Each panel but the editor is a chunk of its own, loaded when it is opened.
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { FlagPartProps } from './flag-part.ts';

type FlagTab = {
  /** In the address, as `?tab=`. */
  readonly value: string;
  readonly label: string;
  readonly Panel: LazyExoticComponent<ComponentType<FlagPartProps>>;
  /** Once opened it keeps what was entered while people look at other tabs. */
  readonly isKept?: true;
};

export const TARGETING = { value: 'targeting', label: 'Targeting' };

/** In the order in which they stand after the targeting. */
export const FLAG_TABS: readonly FlagTab[] = [
  {
    value: 'try',
    label: 'Try it',
    isKept: true,
    Panel: lazy(async () => ({ default: (await import('./flag-try.tsx')).FlagTry })),
  },
  {
    value: 'rollout',
    label: 'Rollout',
    Panel: lazy(async () => ({ default: (await import('./flag-rollouts.tsx')).FlagRollouts })),
  },
  {
    value: 'changes',
    label: 'Changes',
    Panel: lazy(async () => ({
      default: (await import('../changes/flag-waiting.tsx')).FlagWaiting,
    })),
  },
  {
    value: 'history',
    label: 'History',
    Panel: lazy(async () => ({ default: (await import('./flag-history.tsx')).FlagHistory })),
  },
  {
    value: 'usage',
    label: 'Usage',
    Panel: lazy(async () => ({ default: (await import('./flag-usage.tsx')).FlagUsage })),
  },
  {
    value: 'comments',
    label: 'Comments',
    Panel: lazy(async () => ({ default: (await import('./flag-comments.tsx')).FlagComments })),
  },
  {
    value: 'use',
    label: 'Use it',
    Panel: lazy(async () => ({ default: (await import('./flag-use.tsx')).FlagUse })),
  },
];
