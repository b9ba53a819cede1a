// The rules of decision as the form holds them, and the wire form that they become and come from.
import type { RequestOf, ResponseOf } from '../api/client.ts';

type PolicyInput = NonNullable<RequestOf<'rollouts.create'>['body']['policy']>;
type PolicyWire = ResponseOf<'rollouts.get'>['plan']['policy'];

export type PolicyDraft = {
  readonly automation: PolicyWire['automation'];
  /** Who counts as exposed. */
  readonly exposure: PolicyWire['exposure'];
  /** Such as `Mon-Thu 09:00-16:00 Europe/Berlin`. */
  readonly changeWindows: readonly string[];
  readonly alpha: number;
  readonly alphaPause: number;
  readonly beta: number;
  readonly rollbackTo: PolicyWire['rollback_to'];
  readonly onInconclusive: PolicyWire['on_inconclusive'];
  readonly onYellowDeadline: PolicyWire['on_yellow_deadline'];
  readonly onNoData: PolicyWire['on_no_data'];
  readonly onSourceDown: PolicyWire['on_source_down'];
  readonly yellowDeadlineSeconds: number;
  readonly noDataAfterSeconds: number;
  readonly noDataDeadlineSeconds: number;
  readonly sourceDownDeadlineSeconds: number;
  readonly calmSeconds: number;
  readonly settleSeconds: number;
  readonly tickSeconds: number;
  readonly bucketSeconds: number;
  readonly minAffected: number;
  /** Nobody edits who has the flag meanwhile. */
  readonly lockFlag: boolean;
  /** What people affected by a rollback see; an empty text is one of Serin's. */
  readonly banner: { readonly flagKey: string; readonly text: string } | null;
};

const HOUR = 3600;

export const DEFAULT_POLICY: PolicyDraft = {
  automation: 'auto',
  exposure: 'called',
  changeWindows: [],
  alpha: 0.05,
  alphaPause: 0.25,
  beta: 0.2,
  rollbackTo: 'zero_keep_targeted',
  onInconclusive: 'by_stage',
  onYellowDeadline: 'escalate',
  onNoData: 'hold',
  onSourceDown: 'hold',
  yellowDeadlineSeconds: 4 * HOUR,
  noDataAfterSeconds: HOUR / 2,
  noDataDeadlineSeconds: 24 * HOUR,
  sourceDownDeadlineSeconds: HOUR,
  calmSeconds: HOUR / 2,
  settleSeconds: 120,
  tickSeconds: 60,
  bucketSeconds: 60,
  minAffected: 3,
  lockFlag: true,
  banner: null,
};

/** How the form calls what the wire names. */
const FIELDS = {
  automation: 'automation',
  exposure: 'exposure',
  changeWindows: 'change_windows',
  alpha: 'alpha',
  alphaPause: 'alpha_pause',
  beta: 'beta',
  rollbackTo: 'rollback_to',
  onInconclusive: 'on_inconclusive',
  onYellowDeadline: 'on_yellow_deadline',
  onNoData: 'on_no_data',
  onSourceDown: 'on_source_down',
  yellowDeadlineSeconds: 'yellow_deadline_seconds',
  noDataAfterSeconds: 'no_data_after_seconds',
  noDataDeadlineSeconds: 'no_data_deadline_seconds',
  sourceDownDeadlineSeconds: 'source_down_deadline_seconds',
  calmSeconds: 'calm_seconds',
  settleSeconds: 'settle_seconds',
  tickSeconds: 'tick_seconds',
  bucketSeconds: 'bucket_seconds',
  minAffected: 'min_affected_users',
  lockFlag: 'lock_flag',
} as const satisfies {
  readonly [field in Exclude<keyof PolicyDraft, 'banner'>]: keyof PolicyInput;
};

const NAMES = Object.entries(FIELDS);

export const policyTo = ({ banner, ...policy }: PolicyDraft): PolicyInput => ({
  ...Object.fromEntries(NAMES.map(([field, name]) => [name, policy[field as keyof typeof FIELDS]])),
  banner: banner && bannerTo(banner),
});

function bannerTo({ flagKey, text }: NonNullable<PolicyDraft['banner']>) {
  return { flag_key: flagKey, ...(text.trim() === '' ? {} : { text: text.trim() }) };
}

/** The rules of a stored plan, in the form. */
export const policyFrom = ({ banner, ...wire }: PolicyInput = {}): PolicyDraft => ({
  ...DEFAULT_POLICY,
  ...Object.fromEntries(
    NAMES.flatMap(([field, name]) => (wire[name] === undefined ? [] : [[field, wire[name]]])),
  ),
  banner: banner ? { flagKey: banner.flag_key, text: banner.text ?? '' } : null,
});
