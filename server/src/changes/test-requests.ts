// Requests under test: three people, a protected production, and what they do.
import { expect } from 'vitest';
import { updateEnvironmentRow } from '#accounts';
import { type Protection, UNPROTECTED } from '#accounts/protection';
import { type TestApp, startTestApp } from '#app/test-app';
import type { TestPerson } from '#app/test-people';
import { ManualClock } from '#kernel/clock';

export const BASE = '/api/projects/@current/';
export const REQUESTS = `${BASE}change_requests/`;

export const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});

/** An item that widens a flag. */
export const widen = (key: string, percent = 50) => ({
  flag: key,
  change: { filters: share(percent) },
});

type Asker = Pick<TestPerson, 'ask'>;

/** People whose first proposes what others judge; production needs one approval. */
export class RequestsWorld {
  readonly t: TestApp;
  readonly clock: ManualClock;
  readonly ada: TestPerson;
  readonly bob: TestPerson;
  readonly cy: TestPerson;
  #made = 0;

  static async start(): Promise<RequestsWorld> {
    const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
    const t = await startTestApp({ clock });
    const people = [
      await t.signIn(),
      await t.join('bob@example.com'),
      await t.join('cy@example.com'),
    ];
    return new RequestsWorld(t, clock, people as [TestPerson, TestPerson, TestPerson]);
  }

  constructor(t: TestApp, clock: ManualClock, people: [TestPerson, TestPerson, TestPerson]) {
    this.t = t;
    this.clock = clock;
    [this.ada, this.bob, this.cy] = people;
  }

  async protect(protection: Partial<Protection> = { requiredApprovals: 1 }): Promise<void> {
    await updateEnvironmentRow(this.t.ctx.db, this.t.production.id, {
      protection: { ...UNPROTECTED, ...protection },
    });
  }

  /** On for nobody. */
  async aFlag(): Promise<string> {
    this.#made += 1;
    const key = `flag-${this.#made}`;
    const { status } = await this.t.ask('POST', `${BASE}feature_flags/`, { key, active: true });
    expect(status).toBe(201);
    return key;
  }

  async flag(key: string) {
    return (await this.t.ask('GET', `${BASE}feature_flags/${key}/`)).body;
  }

  /** A change of others that the protection lets pass. */
  async change(key: string, body: object): Promise<void> {
    await this.protect({});
    const { status } = await this.t.ask('PATCH', `${BASE}feature_flags/${key}/`, body);
    expect(status).toBe(200);
    await this.protect();
  }

  /** Ada proposes. */
  async aRequest(items: readonly object[], fields: object = {}) {
    const proposal = { title: 'Widen', items, ...fields };
    const { status, body } = await this.ada.ask('POST', REQUESTS, proposal);
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }

  async get(number: number) {
    return (await this.ada.ask('GET', `${REQUESTS}${number}/`)).body;
  }

  post(who: Asker, number: number, verb: string, body: object) {
    return who.ask('POST', `${REQUESTS}${number}/${verb}/`, body);
  }

  review(who: Asker, number: number, verdict = 'approve', revision = 1) {
    const comment = verdict === 'approve' ? '' : 'Hm.';
    return this.post(who, number, 'reviews', { verdict, revision, comment });
  }

  async apply(who: Asker, number: number) {
    return this.post(who, number, 'apply', { version: (await this.get(number)).version });
  }
}
