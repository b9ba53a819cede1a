// What a personal API key may do, in words, and the sets of scopes that common uses need.
import type { RequestOf } from '../api/client.ts';

export type Scope = RequestOf<'accounts.createApiKey'>['body']['scopes'][number];

/** Every scope that can be chosen one by one. */
export const SCOPE_WORDS: readonly { readonly scope: Scope; readonly words: string }[] = [
  { scope: 'feature_flag:read', words: 'Read flags (local evaluation needs only this)' },
  { scope: 'feature_flag:write', words: 'Change flags' },
  { scope: 'rollout:read', words: 'Read rollouts' },
  { scope: 'rollout:write', words: 'Start, pause and roll back rollouts' },
  { scope: 'experiment:read', words: 'Read experiments and their results' },
  { scope: 'experiment:write', words: 'Launch, change and stop experiments' },
  { scope: 'error_tracking:read', words: 'Read errors and their stacks' },
  { scope: 'error_tracking:write', words: 'Resolve errors, and upload source maps' },
  { scope: 'cohort:read', words: 'Read cohorts and who is in them' },
  { scope: 'cohort:write', words: 'Change cohorts and who is in them' },
  { scope: 'event:read', words: 'Read events' },
  { scope: 'event_definition:write', words: 'Describe events and their properties' },
  { scope: 'person:read', words: 'Read people' },
  { scope: 'person:write', words: 'Change people' },
  { scope: 'project:read', words: 'Read projects and their tokens' },
  { scope: 'project:write', words: 'Change projects' },
  { scope: 'query:read', words: 'Ask questions about events' },
  { scope: 'insight:read', words: 'Read saved insights' },
  { scope: 'insight:write', words: 'Save and change insights' },
  { scope: 'dashboard:read', words: 'Read dashboards' },
  { scope: 'dashboard:write', words: 'Change dashboards and their public links' },
  { scope: 'session_recording:read', words: 'Watch recordings of sessions' },
  { scope: 'session_recording:write', words: 'Keep and delete recordings, and what is recorded' },
  { scope: 'session_recording:bodies', words: 'See bodies of requests in recordings' },
  { scope: 'activity_log:read', words: 'Read the history of changes' },
  { scope: 'user:read', words: 'Read your account' },
];

export type Use = {
  readonly id: string;
  readonly label: string;
  /** Null: chosen one by one. */
  readonly scopes: readonly Scope[] | null;
};

export const USES: readonly Use[] = [
  { id: 'local', label: 'Local evaluation in a server', scopes: ['feature_flag:read'] },
  {
    id: 'deploy',
    label: 'Deployment: flags and rollouts',
    scopes: ['feature_flag:read', 'feature_flag:write', 'rollout:read', 'rollout:write'],
  },
  { id: 'all', label: 'Everything that I may do', scopes: ['*'] },
  { id: 'custom', label: 'Choose…', scopes: null },
];

/** The scopes of a key in a few words. */
export function scopesInWords(scopes: readonly Scope[]): string {
  if (scopes.includes('*')) return 'Everything';
  return scopes.join(', ');
}
