// What a personal API key can be allowed to do.

/** Scopes that a personal API key can hold; `*` holds all. */
export const SCOPES = [
  '*',
  'user:read',
  'project:read',
  'project:write',
  'feature_flag:read',
  'feature_flag:write',
  'cohort:read',
  'cohort:write',
  'event:read',
  'event_definition:write',
  'person:read',
  'person:write',
  'rollout:read',
  'rollout:write',
  'experiment:read',
  'experiment:write',
  'error_tracking:read',
  'error_tracking:write',
  'query:read',
  'insight:read',
  'insight:write',
  'dashboard:read',
  'dashboard:write',
  'session_recording:read',
  'session_recording:write',
  // Bodies and headers of recorded requests.
  'session_recording:bodies',
  'activity_log:read',
] as const;
export type Scope = (typeof SCOPES)[number];
