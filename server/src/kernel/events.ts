// Domain events inside one process. Features that must not import each other talk through these;
// other replicas learn the same through PostgreSQL notices (platform/postgres/notices).

/** Every domain event and what it carries. */
export type DomainEvents = {
  /** A flag's definition changed in one environment (or all of them when environmentId is null). */
  'flag.changed': { readonly projectId: number; readonly environmentId: number | null };
  /** Projects, environments, tokens or keys changed. */
  'accounts.changed': { readonly projectId: number | null };
  /** A rollout's row changed (state, stage, decision or evaluation). */
  'rollout.changed': { readonly projectId: number; readonly rolloutId: string };
  /** A look could not read something that its rollout goes by. */
  'rollout.source_failed': { readonly projectId: number; readonly flagKey: string };
  /** An incident was opened, closed, or got news. */
  'incident.changed': { readonly incidentId: string };
  /**
   * A replica asks the others whether a change of a flag has reached them: a version of it, or that it is off for
   * somebody; each of them says so once it has.
   */
  'echo.asked': {
    readonly id: string;
    readonly environmentId: number;
    readonly flagKey: string;
    readonly until: { readonly version: number } | { readonly offFor: string };
  };
  'echo.answered': { readonly id: string; readonly nodeId: string };
  /** A change request or a scheduled change has news. */
  'change.changed': {
    readonly projectId: number;
    readonly kind: 'request' | 'schedule';
    readonly id: string;
  };
  /** Events became visible in the event store. Names are distinct. */
  'events.stored': {
    readonly environmentId: number;
    readonly count: number;
    readonly names: readonly string[];
  };
  /** Blocks of recorded sessions became visible in the event store. */
  'recordings.stored': {
    readonly environmentId: number;
    readonly sessionIds: readonly string[];
  };
  /** Cohorts by events are to be calculated. */
  'cohort.due': Readonly<Record<never, never>>;
  /** Notifications wait to be sent. */
  'notification.queued': { readonly projectId: number };
  /** A person's properties or distinct ids changed. */
  'person.changed': { readonly environmentId: number; readonly distinctIds: readonly string[] };
  /** Properties of groups changed, each named as `type index:key`; or there are new types of groups. */
  'group.changed': {
    readonly environmentId: number;
    readonly groupIds: readonly string[];
    readonly hasNewTypes: boolean;
  };
};

type EventName = keyof DomainEvents;
type Listener<N extends EventName> = (payload: DomainEvents[N]) => void;

/** In-process bus. Listeners run synchronously and must not throw. */
export interface EventBus {
  emit<N extends EventName>(name: N, payload: DomainEvents[N]): void;
  /** Returns the function that unsubscribes. */
  on<N extends EventName>(name: N, listener: Listener<N>): () => void;
}

export function createEventBus(): EventBus {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  return {
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}
