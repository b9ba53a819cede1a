// Questions that are being answered: each can be looked at and ended by its id.

export type Run = {
  readonly id: string;
  readonly environmentId: number;
  /** In the statements of the run, so that the store can say how far they are. */
  readonly tag: string;
  readonly startedAtMs: number;
  readonly signal: AbortSignal;
  /** Rows and bytes of statements that are done. */
  readonly done: Progress;
  readonly outcome: Outcome | undefined;
};

export type Progress = {
  readonly rows: number;
  readonly totalRows: number;
  readonly bytes: number;
};

/** Without an error it was answered. */
type Outcome = { readonly endedAtMs: number; readonly error: unknown };

type OpenRun = {
  -readonly [Key in keyof Run]: Run[Key];
} & { readonly abort: AbortController };

const NOTHING: Progress = { rows: 0, totalRows: 0, bytes: 0 };
/** 10 minutes: how long what became of a run can be asked. */
const KEPT_MS = 600_000;

export class QueryRuns {
  readonly #runs = new Map<string, OpenRun>();
  readonly #maxRuns: number;

  constructor(maxRuns: number) {
    this.#maxRuns = maxRuns;
  }

  /** Undefined when the id is taken by one that has not ended, or too many have not. */
  start(environmentId: number, id: string, tag: string, nowMs: number): Run | undefined {
    this.#forget(nowMs);
    const key = keyOf(environmentId, id);
    if (this.isRunning(environmentId, id)) return undefined;
    this.#runs.delete(key);
    if (this.#runs.size >= this.#maxRuns && !this.#dropEnded()) return undefined;
    const abort = new AbortController();
    const run: OpenRun = {
      id,
      environmentId,
      tag,
      abort,
      startedAtMs: nowMs,
      signal: abort.signal,
      done: NOTHING,
      outcome: undefined,
    };
    this.#runs.set(key, run);
    return run;
  }

  isRunning(environmentId: number, id: string): boolean {
    const run = this.get(environmentId, id);
    return run !== undefined && !run.outcome;
  }

  get(environmentId: number, id: string): Run | undefined {
    return this.#runs.get(keyOf(environmentId, id));
  }

  /** Counts what a statement of the run has read. */
  note({ environmentId, id }: Run, { rows, bytes }: Pick<Progress, 'rows' | 'bytes'>): void {
    const run = this.#runs.get(keyOf(environmentId, id));
    if (!run) return;
    const { done } = run;
    run.done = {
      rows: done.rows + rows,
      totalRows: done.totalRows + rows,
      bytes: done.bytes + bytes,
    };
  }

  end({ environmentId, id }: Run, outcome: Outcome): void {
    const run = this.#runs.get(keyOf(environmentId, id));
    if (run) run.outcome = outcome;
  }

  /** A run that nobody can ask about any more. */
  drop({ environmentId, id }: Run): void {
    this.#runs.delete(keyOf(environmentId, id));
  }

  /** Ends a run, or all. @param reason what its statements fail with */
  cancel({ environmentId, id }: Pick<Run, 'environmentId' | 'id'>, reason: unknown): void {
    this.#runs.get(keyOf(environmentId, id))?.abort.abort(reason);
  }

  cancelAll(reason: unknown): void {
    for (const run of this.#runs.values()) run.abort.abort(reason);
  }

  #forget(nowMs: number): void {
    for (const [key, { outcome }] of this.#runs) {
      if (outcome && outcome.endedAtMs + KEPT_MS < nowMs) this.#runs.delete(key);
    }
  }

  /** The one that ended first makes room. */
  #dropEnded(): boolean {
    for (const [key, { outcome }] of this.#runs) if (outcome) return this.#runs.delete(key);
    return false;
  }
}

const keyOf = (environmentId: number, id: string): string => `${environmentId} ${id}`;
