// Errors in words.
import type { FlagVariants, Issue, IssueStatus, VariantRow } from '../api/errors.ts';
import { formatNumber } from '../ui/format.ts';
import type { Tone } from '../ui/status-badge.tsx';

export const STATUS_CHOICES: readonly { readonly value: IssueStatus; readonly label: string }[] = [
  { value: 'active', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'suppressed', label: 'Ignored' },
];

export const RANGES = [
  { value: '-24h', label: 'Last 24 hours' },
  { value: '-7d', label: 'Last 7 days' },
  { value: '-30d', label: 'Last 30 days' },
  { value: '-90d', label: 'Last 90 days' },
] as const;

type State = { readonly label: string; readonly tone: Tone; readonly hollow: boolean };

/** What has come back says so until it is resolved again. */
export function stateOf({
  status,
  regressed_at: regressedAt,
}: Pick<Issue, 'status' | 'regressed_at'>): State {
  if (status === 'resolved') return { label: 'Resolved', tone: 'safe', hollow: false };
  if (status === 'suppressed') return { label: 'Ignored', tone: 'neutral', hollow: true };
  return regressedAt === null
    ? { label: 'Open', tone: 'watch', hollow: false }
    : { label: 'Came back', tone: 'harm', hollow: false };
}

/** `4.2×`, `0.85×`, `12×`. */
export function ratioText(ratio: number): string {
  return `${ratio >= 10 ? formatNumber(Math.round(ratio)) : Number(ratio.toPrecision(2))}×`;
}

/** `2.4× to 7.1×`, `at least 3.1×`; empty where nothing is compared. */
export function intervalText({ ratio_lower: low, ratio_upper: high }: VariantRow): string {
  if (low === null) return '';
  return high === null ? `at least ${ratioText(low)}` : `${ratioText(low)} to ${ratioText(high)}`;
}

/** The row that says most of a flag: only with it, more with it, else the largest ratio. */
export function tellingRow({ variants }: FlagVariants): VariantRow | undefined {
  const weight = ({ verdict, ratio_lower: low }: VariantRow): number =>
    (verdict === 'only' ? 2e9 : verdict === 'more' ? 1e9 : 0) + (low ?? -1);
  return variants
    .filter(({ is_control: isControl }) => !isControl)
    .toSorted((a, b) => weight(b) - weight(a))[0];
}

/** `new-checkout`, `button = green`. */
export const withWords = (flagKey: string, variant: string): string =>
  variant === 'true' ? flagKey : `${flagKey} = ${variant}`;

/** What the data says about a flag; undefined while it says nothing for sure. */
export function variantSentence(flag: FlagVariants): string | undefined {
  const row = tellingRow(flag);
  if (row?.verdict !== 'only' && row?.verdict !== 'more') return undefined;
  const who = withWords(flag.flag_key, row.variant);
  if (row.verdict === 'only') return `Only people with ${who} see this.`;
  const times = row.ratio === null ? intervalText(row) : ratioText(row.ratio);
  return `People with ${who} see this ${times} as often as those without.`;
}
