// Signals of other programs: who may send them, and what becomes of one. A signal can hold a rollout or take it back, as a
// person could; nothing else. It is signed, counts once, and is in the audit log with who sent it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { webhookSecret } from '#notify';
import { type Ctx, inTransaction, type ProjectCtx, systemActor } from '#platform/ctx';
import { seal, unseal } from '#platform/seal';
import { allowedCommands } from '../gate/command.ts';
import { findRunningOf } from '../kept/rollouts.store.ts';
import { hasNoWayBack } from '../plan/way-back.ts';
import { commandRollout, getRollout } from '../rollouts.service.ts';
import { readSignals, type Signal } from './signal.ts';
import {
  deleteSignalSource,
  findSignalSource,
  insertSignal,
  insertSignalSource,
  listSignalSources,
  lockSignalSource,
  noteReceived,
  replaceSecret,
  type SignalSource,
} from './signals.store.ts';

export type { SignalSource } from './signals.store.ts';

export type SealKey = () => Promise<string>;

/** Of one project; more would be a mistake or an attack. */
const MAX_SOURCES = 20;
/** Five minutes: Standard Webhooks 1.0. */
const TOLERANCE_MS = 300_000;
const DAY_MS = 86_400_000;
/** A day: time to give the sender its new secret. */
const OVERLAP_MS = DAY_MS;

export const listSources = (ctx: ProjectCtx): Promise<SignalSource[]> =>
  listSignalSources(ctx.db, ctx.projectId);

/** A new sender; its secret is shown here and never again. @throws invalid_input when there are too many */
export async function addSource(
  ctx: ProjectCtx,
  sealKey: SealKey,
  name: string,
): Promise<{ readonly source: SignalSource; readonly secret: string }> {
  const key = await sealKey();
  return inTransaction(ctx, async (tx) => {
    if ((await listSignalSources(tx.db, tx.projectId)).length >= MAX_SOURCES) {
      fail('invalid_input', { detail: `A project has at most ${MAX_SOURCES} senders of signals.` });
    }
    const secret = webhookSecret();
    const source = {
      id: v7(),
      projectId: tx.projectId,
      name,
      secretBox: seal(key, secret),
      previousBox: null,
      previousValidUntil: null,
      lastReceivedAt: null,
      createdAt: new Date(tx.clock.now()),
    };
    await insertSignalSource(tx.db, source);
    await audit(tx, 'created', source);
    return { source, secret };
  });
}

/** Another secret, shown here alone; the one before works for a day more. @throws not_found */
export async function rotateSource(
  ctx: ProjectCtx,
  sealKey: SealKey,
  id: string,
): Promise<{ readonly source: SignalSource; readonly secret: string }> {
  const key = await sealKey();
  return inTransaction(ctx, async (tx) => {
    const before = await mustLock(tx, id);
    const secret = webhookSecret();
    const source = {
      ...before,
      secretBox: seal(key, secret),
      previousBox: before.secretBox,
      previousValidUntil: new Date(tx.clock.now() + OVERLAP_MS),
    };
    await replaceSecret(tx.db, source);
    await audit(tx, 'secret_rotated', source);
    return { source, secret };
  });
}

/** @throws not_found */
export async function removeSource(ctx: ProjectCtx, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const source = await mustLock(tx, id);
    await deleteSignalSource(tx.db, id);
    await audit(tx, 'deleted', source);
  });
}

async function mustLock(ctx: ProjectCtx, id: string): Promise<SignalSource> {
  const source = await lockSignalSource(ctx.db, id);
  return source?.projectId === ctx.projectId
    ? source
    : fail('not_found', { detail: 'There is no such sender.' });
}

type SourceAction = 'created' | 'secret_rotated' | 'deleted';

function audit(ctx: ProjectCtx, action: SourceAction, { id, name }: SignalSource) {
  const view = { name };
  return recordAudit(ctx, {
    projectId: ctx.projectId,
    action,
    resourceKind: 'signal_source',
    resourceId: id,
    before: action === 'created' ? undefined : view,
    after: action === 'deleted' ? undefined : view,
  });
}

export type SignedRequest = {
  readonly sourceId: string;
  readonly id: string;
  /** Seconds since the epoch, as it was sent. */
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Buffer;
};

export type SignalOutcome = {
  readonly flagKey: string;
  readonly environment: string;
  readonly action: Signal['action'];
  /** done; held: there is no way back without a backup; already: it is so already; nothing_running. */
  readonly result: 'done' | 'held' | 'already' | 'nothing_running';
};

/**
 * @returns what became of it; null when this signal has come before
 * @throws not_authenticated for a signature that is wrong or too old; invalid_input naming the field
 */
export async function receiveSignal(
  ctx: Ctx,
  sealKey: SealKey,
  request: SignedRequest,
): Promise<SignalOutcome[] | null> {
  const source = await findSignalSource(ctx.db, request.sourceId);
  if (!source || !isGenuine(source, await sealKey(), request, ctx.clock.now())) {
    fail('not_authenticated', {
      detail: 'The signature is missing, wrong, or older than five minutes.',
    });
  }
  const signals = readSignals(parsed(request.body));
  if (typeof signals === 'string') {
    const [attr = ''] = signals.split(':', 1);
    fail('invalid_input', { detail: signals, ...(signals.includes(': ') ? { attr } : {}) });
  }
  const actor = systemActor(`signal of ${source.name}`);
  return inTransaction({ ...ctx, actor, projectId: source.projectId }, async (tx) => {
    const at = new Date(tx.clock.now());
    await noteReceived(tx.db, source.id, at);
    const message = { sourceId: source.id, messageId: request.id, at };
    const isNew = await insertSignal(tx.db, message, new Date(at.getTime() - DAY_MS));
    if (!isNew) return null;
    const outcomes: SignalOutcome[] = [];
    for (const signal of signals) outcomes.push(await carry(tx, source, signal));
    return outcomes;
  });
}

async function carry(
  tx: Ctx & { readonly projectId: number },
  source: SignalSource,
  { flagKey, environment: asked, action, reason }: Signal,
): Promise<SignalOutcome> {
  const environment = asked ?? 'production';
  const base = { flagKey, environment, action };
  const running = await findRunningOf(tx.db, { projectId: source.projectId, environment, flagKey });
  if (running === undefined) return { ...base, result: 'nothing_running' };
  const { plan, position, acknowledged } = await getRollout(tx, running);
  const isHeld = action === 'rollback' && hasNoWayBack(plan, position.stageIndex);
  const name = action === 'hold' || isHeld ? 'pause' : 'rollback';
  const allowed = allowedCommands({ ...position, isAcknowledged: acknowledged !== null });
  if (!allowed.includes(name) || position.state === 'rolling_back')
    return { ...base, result: 'already' };
  await commandRollout(tx, running, { name, reason: `${source.name}: ${reason}` });
  return { ...base, result: isHeld ? 'held' : 'done' };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Signed with its secret, or with the one before while that works. */
function isGenuine(source: SignalSource, key: string, request: SignedRequest, nowMs: number) {
  const { secretBox, previousBox, previousValidUntil: until } = source;
  const boxes = [
    secretBox,
    ...(previousBox && until && until.getTime() > nowMs ? [previousBox] : []),
  ];
  return boxes.some((box) => isSigned(unseal(key, box), request, nowMs));
}

/** Standard Webhooks 1.0: one of the signatures `v1,…` over `id.timestamp.body` is right, and it is fresh. */
function isSigned(secret: string, request: SignedRequest, nowMs: number): boolean {
  const { id, timestamp, signature, body } = request;
  const sentMs = Number(timestamp) * 1000;
  if (id === '' || !/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - sentMs) > TOLERANCE_MS)
    return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return signature.split(' ').some((one) => {
    const [version, text = ''] = one.split(',', 2);
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
