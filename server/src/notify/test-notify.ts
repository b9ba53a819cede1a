// A project whose notifications go to a scripted receiver, at the times that a test says.
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { createEventBus } from '#kernel/events';
import { systemActor } from '#platform/ctx';
import { createOutgoing } from '#platform/http/outgoing';
import type { IncidentRef, NotificationMessage } from './message.ts';
import { queueNotification } from './notify.service.ts';
import { sendDue } from './sender.job.ts';
import { type Receiver, startReceiver } from './test-receiver.ts';

const START = Date.UTC(2026, 10, 30, 9);
export const MINUTE_MS = 60_000;
/** The application's own sender rests: tests say when something is sent. */
const HOUR_MS = 3_600_000;
export const SEAL_KEY = 'a key for tests only';
export const BASE = '/api/projects/@current/notification_channels/';

/** One application and one receiver for the tests of a file; what was received is forgotten before each. */
export class NotifyWorld {
  readonly clock = new ManualClock(START);
  app!: TestApp;
  receiver!: Receiver;
  #subject = 0;

  constructor() {
    beforeAll(async () => {
      this.receiver = await startReceiver();
      const notifications = { secretKey: SEAL_KEY, intervalMs: HOUR_MS };
      this.app = await startTestApp({ clock: this.clock, notifications });
    });
    afterAll(async () => {
      await this.app.close();
      await this.receiver.close();
    });
    beforeEach(() => {
      this.receiver.received.length = 0;
      this.#subject += 1;
      this.clock.advance(10 * MINUTE_MS);
    });
  }

  /** Adds a channel and returns its body. */
  async channel(config: object, fields: object = {}) {
    const { status, body } = await this.app.ask('POST', BASE, { name: 'one', config, ...fields });
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }

  /** Queues a message about this test's subject. */
  async queue(
    change: Partial<NotificationMessage> = {},
    reach = 1,
    step: Omit<IncidentRef, 'key'> = { step: 'open' },
  ): Promise<void> {
    const ctx = { ...this.app.ctx, actor: systemActor('test'), events: createEventBus() };
    await queueNotification(ctx, {
      projectId: this.app.projectId,
      subject: `subject-${this.#subject}`,
      reach,
      message: {
        type: 'rollout.yellow',
        severity: 'warning',
        title: 'T',
        summary: 'S',
        facts: [],
        links: [{ text: 'Open', url: '/rollouts/1' }],
        source: 'flag/production',
        incident: { key: `incident-${this.#subject}`, ...step },
        data: {},
        ...change,
      },
    });
  }

  /** Sends what is due at the time of the clock. */
  async send(): Promise<void> {
    const outgoing = createOutgoing({ allowedPrivate: ['127.0.0.1'] });
    const transport = { outgoing, mailer: undefined, baseUrl: 'http://serin.test' };
    await sendDue(this.app.ctx, { sealKey: async () => SEAL_KEY, transport, random: () => 0 });
  }

  async log(id: string) {
    return (await this.app.ask('GET', `${BASE}${id}/deliveries/`)).body.results;
  }

  async remove(id: string): Promise<void> {
    await this.app.ask('DELETE', `${BASE}${id}/`);
  }
}
