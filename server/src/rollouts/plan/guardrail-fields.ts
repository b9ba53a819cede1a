// A guardrail as a plan writes it; guardrail.contract.ts says what each field is for.
import type { Bands, EventFilter, GuardrailFamily, RedAction } from '#metrics/guardrail';
import type { CompareMode, GuardrailKind, Status, Unit, Vital } from './guardrail-kinds.ts';

type Match = { readonly event: string; readonly properties: readonly EventFilter[] };

export type GuardrailFields = {
  readonly id: string;
  readonly kind: GuardrailKind;
  readonly event?: string | undefined;
  readonly properties: readonly EventFilter[];
  readonly status?: Status | undefined;
  readonly status_property?: string | undefined;
  readonly steps?: readonly (string | Match)[] | undefined;
  readonly window_seconds?: number | undefined;
  readonly property?: string | undefined;
  readonly percentile?: number | undefined;
  readonly per?: (Match & { readonly property?: string | undefined }) | undefined;
  readonly unit?: Unit | undefined;
  readonly vital?: Vital | undefined;
  readonly estimate?:
    | { readonly windows: number; readonly over: number; readonly min_sample: number }
    | null
    | undefined;
  readonly query?: string | undefined;
  readonly bad_query?: string | undefined;
  readonly total_query?: string | undefined;
  readonly label?: string | undefined;
  readonly treatment_value?: string | undefined;
  readonly control_value?: string | undefined;
  readonly group?: GuardrailFamily | undefined;
  readonly direction?: 'up' | 'down' | undefined;
  readonly compare?: CompareMode | undefined;
  readonly yellow?: number | undefined;
  readonly red?: number | undefined;
  readonly absolute?: Bands | null | undefined;
  readonly min_affected_users?: number | undefined;
  readonly require?: 'safe' | 'no_harm' | undefined;
  readonly on_red: RedAction;
};
