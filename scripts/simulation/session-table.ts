// Bad sessions that cluster in a few people: whoever counts sessions as if each came from somebody else errs far more often.
import { type Table, watched } from './tables.ts';

/** Sessions of a person on average. */
const SESSIONS = 3;
const BAD = 0.04;

const sessions = (phi: number, factor: number) =>
  watched({
    label: `phi ${phi}, ${factor === 1 ? 'harmless' : 'doubled'}`,
    guardrail: { id: 'crashes', kind: 'crash_free', unit: 'session' },
    percent: 10,
    control: { p: BAD },
    treatment: { p: BAD * factor },
    everyMinutes: 5,
    reference: factor === 1 ? { alarms: 0.05 } : { found: 0.8 },
    world: { people_per_minute: 100, minutes: 480, cluster: { events_per_user: SESSIONS, phi } },
  });

/** The last of all: what comes before keeps its random numbers. */
export const SESSION_TABLE: Table = {
  name: 'sessions',
  title: 'Clustered sessions',
  about:
    '4 % of sessions are bad, three sessions a person, of growing dispersion phi of the bad ones of a person. 100 people a minute for eight hours, stage 10 %, a look every five minutes. The reference is what is asked for.',
  cells: [1, 1.5, 3].flatMap((phi) => [sessions(phi, 1), sessions(phi, 2)]),
};
