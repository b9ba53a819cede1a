// Environments in the wire's words.
import type { Environment } from './environment.ts';

/** An environment as the API answers it at that time. */
export const environmentBody = (environment: Environment, nowMs: number) => ({
  id: environment.id,
  key: environment.key,
  name: environment.name,
  token: environment.token,
  color: environment.color,
  protection: {
    require_reason: environment.protection.requireReason,
    required_approvals: environment.protection.requiredApprovals,
    allow_emergency_off: environment.protection.allowEmergencyOff,
  },
  events_per_second: environment.eventsPerSecond,
  previous_token_expires_at: endOf(environment, nowMs),
});

function endOf({ previousToken }: Environment, nowMs: number): string | null {
  const expiresAt = previousToken?.expiresAt;
  return expiresAt && expiresAt.getTime() > nowMs ? expiresAt.toISOString() : null;
}
