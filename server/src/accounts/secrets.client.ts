// Everything that touches secrets: random tokens, their hashes, password hashing (scrypt).
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { fail } from '#kernel/errors';
import { PROJECT_TOKEN_PREFIX } from './account.ts';

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt);

// N = 2^16, r = 8, p = 2: one of the equal choices of OWASP's password storage guidance, 64 MiB a try.
const SCRYPT = { N: 65_536, r: 8, p: 2, maxmem: 128 * 1024 * 1024 };
const KEY_BYTES = 32;

/** A random token: prefix and 32 random bytes in base64url. */
export function randomToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** A project token: public, names one environment. */
export const newProjectToken = (): string => randomToken(PROJECT_TOKEN_PREFIX);

/** Hash under which a token is stored. Tokens are random, so a fast hash is enough. */
export function hashToken(token: string): string {
  return `sha256$${createHash('sha256').update(token).digest('hex')}`;
}

/**
 * One password at a time: each hash keeps a thread of the pool busy that the event log's fsync needs too,
 * and 64 MiB. More than this many waiting are sent away.
 */
const MAX_WAITING = 20;
let waiting = 0;
let previous: Promise<unknown> = Promise.resolve();

/** @throws unavailable when too many passwords are being hashed. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MAX_WAITING) {
    fail('unavailable', { detail: 'Too many sign-ins at once.', retryAfterSeconds: 5 });
  }
  waiting += 1;
  const mine = previous.then(work);
  previous = mine.catch(() => undefined);
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}

/** `scrypt$N$r$p$salt$hash` for storing. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await inTurn(() => scryptAsync(password.normalize('NFKC'), salt, KEY_BYTES, SCRYPT));
  const { N, r, p } = SCRYPT;
  return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Compares in constant time; false for a stored text of unknown form. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = stored.split('$');
  if (kind !== 'scrypt' || !salt || !hash) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = await inTurn(() =>
    scryptAsync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), expected.length, {
      N: Number(N),
      r: Number(r),
      p: Number(p),
      maxmem: SCRYPT.maxmem,
    }),
  );
  return timingSafeEqual(actual, expected);
}
