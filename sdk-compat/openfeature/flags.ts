// One flag of each kind that OpenFeature can ask for, under names of their own.
import { type Address, createFlag, everyone, peopleWith, unique } from '../management.ts';

export type FlagKeys = Awaited<ReturnType<typeof createFlags>>;

/** Creates them; returns their keys. */
export async function createFlags(serin: Address, prefix: string) {
  const keys = {
    boolean: unique(`${prefix}-boolean`),
    pro: unique(`${prefix}-pro`),
    text: unique(`${prefix}-text`),
    number: unique(`${prefix}-number`),
    object: unique(`${prefix}-object`),
    half: unique(`${prefix}-half`),
    off: unique(`${prefix}-off`),
  };
  const variant = (key: string) => ({ variants: [{ key, rollout_percentage: 100 }] });
  await createFlag(serin, { key: keys.boolean });
  await createFlag(serin, { key: keys.pro, filters: peopleWith('plan', 'pro') });
  await createFlag(serin, {
    key: keys.text,
    filters: { ...everyone(), multivariate: variant('green'), payloads: { green: '{"hex":1}' } },
  });
  await createFlag(serin, {
    key: keys.number,
    value_type: 'number',
    filters: { ...peopleWith('plan', 'pro'), payloads: { true: '2.5' } },
  });
  await createFlag(serin, {
    key: keys.object,
    value_type: 'object',
    filters: { ...everyone(), multivariate: variant('dark'), payloads: { dark: '{"bg":{"r":0}}' } },
  });
  await createFlag(serin, {
    key: keys.half,
    filters: { groups: [{ properties: [], rollout_percentage: 50 }] },
  });
  await createFlag(serin, { key: keys.off, active: false });
  return keys;
}
