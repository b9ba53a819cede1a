// What is taken out of recordings before they are kept, by environment.

export type PrivacyRules = {
  /** Every text of the page, whatever the page itself masks. */
  readonly maskAllText: boolean;
  readonly maskEmails: boolean;
  /** Numbers of payment cards that check out. */
  readonly maskCards: boolean;
  /** IBANs that check out. */
  readonly maskAccounts: boolean;
  /** Numbers that start with `+`. */
  readonly maskPhones: boolean;
  /** Bearer tokens, JWTs, known keys, and secret parameters of addresses. */
  readonly maskTokens: boolean;
  readonly keepConsole: boolean;
  readonly keepRequests: boolean;
  readonly keepHeaders: boolean;
  readonly keepBodies: boolean;
  readonly keepCanvas: boolean;
};

/** Nobody's secrets are kept by accident. */
export const SAFE_RULES: PrivacyRules = {
  maskAllText: false,
  maskEmails: true,
  maskCards: true,
  maskAccounts: true,
  maskPhones: false,
  maskTokens: true,
  keepConsole: true,
  keepRequests: true,
  keepHeaders: false,
  keepBodies: false,
  keepCanvas: true,
};
