// A question for flags in our words; each protocol's wire files translate theirs into it.
import type { JsonObject } from '#kernel/json';

/** For whom flags are asked, whichever protocol said it. */
export type EvaluationRequest = {
  /** Undefined when nobody is named: flags that need no id are evaluated all the same. */
  readonly distinctId: string | undefined;
  /** The id before a login, while the SDK still knows it. */
  readonly anonymousId: string | undefined;
  readonly deviceId: string | undefined;
  /** Group type → group key. */
  readonly groups: Readonly<Record<string, string>>;
  /** Win over what the store knows, key by key. */
  readonly personProperties: JsonObject;
  /** Group type → properties. */
  readonly groupProperties: Readonly<Record<string, JsonObject>>;
  /** Undefined means all flags. */
  readonly flagKeys: readonly string[] | undefined;
  readonly evaluationContexts: readonly string[];
};
