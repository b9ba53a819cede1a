// One Serin for all tests of this workspace; every test uses flags and people of its own.
import type { TestProject } from 'vitest/node';
import { type Credentials, newCredentials, startSerin } from './server.ts';

/** The token in the recorded requests. */
const RECORDED_TOKEN = 'phc_prooftoken';

/** Definitions that have not changed are held for 1.5 to 2 s: long enough to be seen, and tests stay short. */
const HOLD_SECONDS = '2';

/** What tests get by `inject('serin')`. */
export type SerinAddress = Credentials & { readonly url: string };

declare module 'vitest' {
  interface ProvidedContext {
    serin: SerinAddress;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const credentials = { ...newCredentials(), projectToken: RECORDED_TOKEN };
  const serin = await startSerin({
    credentials,
    env: { SERIN_HOLD_DEFINITIONS_SECONDS: HOLD_SECONDS },
  });
  const { url, email, password, projectToken, personalApiKey } = serin;
  project.provide('serin', { url, email, password, projectToken, personalApiKey });
  return () => serin.stop();
}
