// Recordings as SDKs send them: unpacked and scrubbed in a thread, kept in a log of their own, answered once they are on
// disk. Their log is apart from that of events, which a flood of recordings must not hold up.
import { join } from 'node:path';
import { type EventLog, FRAME_BYTES, type Ingest, findMark, nodeIdOf, openEventLog } from '#ingest';
import { fail } from '#kernel/errors';
import { type RateLimit, createRateLimit } from '#kernel/rate-limit';
import type { Ctx, EnvironmentRef } from '#platform/ctx';
import { privacyRulesOf } from '../settings/settings.ts';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { blockRecord } from './block-record.ts';
import { ProvenSenders } from './proven-senders.ts';
import { FIELDS, KINDS, WORDS } from './refusal-words.ts';
import { type RawBody, ReplayThread } from './thread.client.ts';
import type { PackedRequest } from './thread-talk.ts';
import { ReplayWriter } from './writer.job.ts';

export interface ReplayIntake {
  /**
   * Keeps the recordings of a request; resolves once they are on disk. `off` when nothing is recorded there.
   * @param address - Of who sends it.
   * @throws invalid_payload | payload_too_large | invalid_api_key for what can never be used
   * @throws unavailable when it cannot be kept right now; the same may be sent again
   */
  accept(
    raw: RawBody,
    address: string,
    findEnvironment: (token: string) => EnvironmentRef | undefined,
  ): Promise<'kept' | 'off'>;
  /** Bytes of accepted recordings that are not in the store yet. */
  waitingBytes(): number;
  /** Parts of recordings that could not be stored, and never can, since this process was started. */
  refusedParts(): number;
  close(): Promise<void>;
}

type IntakeDeps = {
  readonly dataDir: string;
  readonly settings: SettingsDirectory;
  readonly note: Ingest['note'];
  /** As they are sent, that an environment may send; 0 or left out: any number. */
  readonly bytesPerSecond?: number | undefined;
  /** fdatasync; tests hand in one that fails. */
  readonly sync?: (fd: number) => Promise<void>;
};

/** Requests of one session: posthog-js sends one every three seconds, and all at once after a fault. */
const REQUESTS_PER_SECOND = 20;
const MAX_LIMITED_SESSIONS = 100_000;
const MAX_LIMITED_ENVIRONMENTS = 100_000;
/** 4 KiB: what a request costs whatever is in it. */
const LEAST_BYTES = 4096;

/** Opens the log and starts the writer. */
export async function openIntake(ctx: Ctx, deps: IntakeDeps): Promise<ReplayIntake> {
  const { clock, log, db } = ctx;
  const folder = join(deps.dataDir, 'replay-log');
  const nodeId = await nodeIdOf(folder);
  const mark = await findMark(db, nodeId);
  const eventLog = await openEventLog(
    {
      folder,
      clock,
      log,
      knownEnd: mark.batchEnd ?? mark.stored,
      // What is stored is known by its blocks: nothing is read again.
      maxKeptBytes: 0,
      ...(deps.sync ? { sync: deps.sync } : {}),
    },
    () => undefined,
  );
  const writer = new ReplayWriter(ctx, { nodeId, eventLog, mark, ...deps });
  return new LogIntake(ctx, { ...deps, eventLog, writer });
}

type Parts = IntakeDeps & { readonly eventLog: EventLog; readonly writer: ReplayWriter };

class LogIntake implements ReplayIntake {
  readonly #ctx: Ctx;
  readonly #parts: Parts;
  readonly #thread: ReplayThread;
  readonly #ofSessions = createRateLimit<string>(REQUESTS_PER_SECOND, MAX_LIMITED_SESSIONS);
  readonly #ofEnvironments: RateLimit<number>;
  readonly #proven = new ProvenSenders();
  #isClosed = false;

  constructor(ctx: Ctx, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
    this.#thread = new ReplayThread(ctx.log);
    this.#ofEnvironments = createRateLimit(parts.bytesPerSecond ?? 0, MAX_LIMITED_ENVIRONMENTS);
  }

  async accept(
    raw: RawBody,
    address: string,
    findEnvironment: (token: string) => EnvironmentRef | undefined,
  ): Promise<'kept' | 'off'> {
    if (this.#isClosed) fail('unavailable', { retryAfterSeconds: 2 });
    const { clock } = this.#ctx;
    const opened = await this.#thread.open(raw, this.#proven.has(address, clock.now()));
    const environment = findEnvironment(opened.token);
    if (environment) this.#proven.add(address, clock.now());
    const settings = environment && this.#parts.settings.of(environment.id);
    if (!environment || !settings?.isOn) {
      opened.drop();
      return environment ? 'off' : fail('invalid_api_key', { attr: 'api_key' });
    }
    const receivedMs = clock.now();
    try {
      // First, so that one session in a loop uses up its own share and not that of all.
      this.#refuseHurry(environment.id, opened.sessionIds, receivedMs);
      this.#refuseTooMuch(environment.id, raw.body?.byteLength ?? 0, receivedMs);
    } catch (error) {
      opened.drop();
      throw error;
    }
    const request = await opened.process(privacyRulesOf(settings), receivedMs);
    this.#noteRefused(environment.id, request);
    const [refused] = request.refused;
    if (request.blocks.length === 0 && refused) {
      const attr = FIELDS[refused.why];
      fail('invalid_payload', { detail: WORDS[refused.why], ...(attr ? { attr } : {}) });
    }
    const { eventLog } = this.#parts;
    await Promise.all(
      request.blocks.map((block) => {
        const record = blockRecord(environment.id, block, FRAME_BYTES);
        return eventLog.append(Buffer.from(record.buffer), receivedMs);
      }),
    );
    return 'kept';
  }

  waitingBytes(): number {
    return this.#parts.eventLog.waitingBytes();
  }

  refusedParts(): number {
    return this.#parts.writer.refusedParts;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#thread.close();
    await this.#parts.writer.stop();
    await this.#parts.eventLog.close();
  }

  /**
   * By what it sends, whoever sends it: tokens are public, and one site's flood is not to be stored before what others
   * send. It is unpacked in turn with theirs all the same: the token is inside.
   */
  #refuseTooMuch(environmentId: number, bytes: number, nowMs: number): void {
    const amount = Math.max(bytes, LEAST_BYTES);
    const waitMs = this.#ofEnvironments.take(environmentId, nowMs, amount);
    if (waitMs === 0) return;
    const detail = `More than ${this.#parts.bytesPerSecond} bytes of recordings per second; send these again later.`;
    this.#parts.note(environmentId, 'recordings_rate_limited', { detail, event: '$snapshot' });
    // Not 429: posthog-js drops recordings on any 4xx, and sends them again on 5xx.
    fail('unavailable', { detail, retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }

  #refuseHurry(environmentId: number, sessionIds: readonly string[], nowMs: number): void {
    for (const sessionId of sessionIds) {
      const waitMs = this.#ofSessions.take(`${environmentId}:${sessionId}`, nowMs);
      if (waitMs === 0) continue;
      const detail = 'Too many requests of one session; send this again later.';
      fail('unavailable', { detail, retryAfterSeconds: Math.ceil(waitMs / 1000) });
    }
  }

  #noteRefused(environmentId: number, { refused, eventsLeftOut }: PackedRequest): void {
    for (const { why, distinctId } of refused) {
      const example = { detail: WORDS[why], event: '$snapshot', distinctId };
      this.#parts.note(environmentId, KINDS[why] ?? 'recording_refused', example);
    }
    if (eventsLeftOut === 0) return;
    this.#parts.note(environmentId, 'recording_events_left_out', {
      detail: `${eventsLeftOut} events of a recording could not be read, or may not be kept.`,
      event: '$snapshot',
    });
  }
}
