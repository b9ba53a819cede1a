// Finds what looks like a secret in texts and puts stars of the same length there, so that layouts stay. Every
// pattern starts only where a run of its characters starts: texts are the page's, and none may take quadratic time.
import type { PrivacyRules } from './rules.ts';

const EMAIL = /(?<![\w.%+-])[\w.%+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
/** 13 to 19 digits that a card begins with (ISO/IEC 7812), alone or in groups. */
const CARD = /(?<![\d.])[2-6](?:[ -]?\d){12,18}(?!\d)/g;
const ACCOUNT = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])/g;
/** Characters of Norway's. */
const SHORTEST_ACCOUNT = 15;
const PHONE = /(?<![\w.])\+\d[\d ()-]{7,17}\d(?!\w)/g;
const JWT = /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const BEARER = /(?<![\w-])bearer {1,3}[\w.~+/=-]{8,}/gi;
/** Keys that say what they are: Stripe, GitHub, Slack, AWS, personal keys of PostHog and Serin. */
const KNOWN_KEY =
  /(?<!\w)(?:[srp]k_(?:live|test)_\w{8,}|gh[pousr]_\w{20,}|xox[baprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|phx_\w{10,})/g;

/** Names whose values are secret, in addresses and in JSON. */
const SECRET_NAME =
  /^(?:.*[_-])?(?:token|code|auth|authorization|password|passwd|pwd|secret|api_?key|apikey|session(?:_?id)?|sid|sig|signature|jwt|otp|pin|cvc|cvv|e?mail)$/i;

const stars = (text: string): string => '*'.repeat(text.length);

/** A text as it may be kept. */
export function maskText(text: string, rules: PrivacyRules): string {
  if (rules.maskAllText) return text.replace(/\S/g, '*');
  let masked = text;
  if (rules.maskEmails && (text.includes('@') || text.includes('%40'))) {
    masked = masked.replace(EMAIL, stars);
  }
  if (rules.maskTokens) masked = maskTokens(masked);
  if (/\d/.test(masked)) {
    if (rules.maskCards)
      masked = masked.replace(CARD, (found) => (isCard(found) ? stars(found) : found));
    if (rules.maskAccounts) {
      masked = masked.replace(ACCOUNT, maskAccount);
    }
    if (rules.maskPhones) masked = masked.replace(PHONE, stars);
  }
  return masked;
}

function maskTokens(text: string): string {
  const named = text.includes('=') ? text.replace(PARAMETER, maskParameter) : text;
  return named.replace(JWT, stars).replace(BEARER, stars).replace(KNOWN_KEY, stars);
}

/** Of an address within a text, as consoles and scripts write them. */
const PARAMETER = /([?&#])([\w.%[\]-]{1,60})=([^&#\s"'`<>]+)/g;

const maskParameter = (whole: string, mark: string, name: string, value: string): string =>
  SECRET_NAME.test(decoded(name)) ? `${mark}${name}=${stars(value)}` : whole;

/** An address as it may be kept: without user, password and the values of secret parameters. */
export function maskUrl(url: string, rules: PrivacyRules): string {
  const detectors = rules.maskAllText ? { ...rules, maskAllText: false } : rules;
  if (!rules.maskTokens) return maskText(url, detectors);
  const [, head = '', tail = ''] = /^([^?#]*)([^]*)$/.exec(url) ?? [];
  const bare = head.replace(
    /^((?:[a-z][a-z0-9+.-]*:)?\/\/)([^/@]*)@/i,
    (_, scheme, user) => `${String(scheme)}${stars(String(user))}@`,
  );
  const params = tail.replace(/([?&#;])([^=&#;?]+)=([^&#;]*)/g, (whole, mark, name, value) =>
    SECRET_NAME.test(decoded(String(name)))
      ? `${String(mark)}${String(name)}=${stars(String(value))}`
      : String(whole),
  );
  return maskText(bare + params, detectors);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A body of a request: as a text, and the values of secret names where it is JSON or a form. */
export function maskBody(body: string, rules: PrivacyRules): string {
  if (!rules.maskTokens || rules.maskAllText) return maskText(body, rules);
  const named = body
    .replace(/"([^"\\]{1,60})"(\s{0,8}:\s{0,8})"((?:[^"\\]|\\.)*)"/g, (whole, name, colon, value) =>
      SECRET_NAME.test(String(name))
        ? `"${String(name)}"${String(colon)}"${stars(String(value))}"`
        : String(whole),
    )
    .replace(/(^|&)([\w.%[\]-]{1,60})=([^&\s]*)/g, (whole, mark, name, value) =>
      SECRET_NAME.test(decoded(String(name)))
        ? `${String(mark)}${String(name)}=${stars(String(value))}`
        : String(whole),
    );
  return maskText(named, rules);
}

/** Luhn's check (ISO/IEC 7812-1 annex B). */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Words in capitals may follow the number. */
function maskAccount(found: string): string {
  for (let end = found.length; end >= SHORTEST_ACCOUNT; end -= 1) {
    if (found[end - 1] !== ' ' && isAccount(found.slice(0, end)))
      return stars(found.slice(0, end)) + found.slice(end);
  }
  return found;
}

/** The remainder by 97 (ISO 13616). */
function isAccount(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
