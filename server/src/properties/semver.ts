// Versions in property conditions: parsed leniently (as apps report them), compared by the rules of
// semver.org 2.0 including pre-releases.
import { textOf } from './property-value.ts';

/** Build metadata is dropped: it takes no part in comparisons. */
export type Version = {
  readonly numbers: readonly [number, number, number];
  /** Dot-separated identifiers after `-`; empty for a release. */
  readonly preRelease: readonly string[];
};

/** From `min` on and below `below`; an unbounded side is undefined. */
export type VersionRange = { readonly min: Version; readonly below: Version | undefined };

const VERSION =
  /^[vV]?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+.*)?$/;

/** Reads `1.2.3`, `v1.2`, `01.2.3`, `1.2.3-beta.1+build`; missing numbers are 0. */
export function parseVersion(value: unknown): Version | undefined {
  const match = VERSION.exec(textOf(value).trim());
  if (!match) return undefined;
  return {
    numbers: [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)],
    preRelease: match[4]?.split('.') ?? [],
  };
}

/** Negative, zero or positive, as `a` is before, equal to or after `b` (semver.org, item 11). */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i += 1) {
    const difference = (a.numbers[i] as number) - (b.numbers[i] as number);
    if (difference !== 0) return difference;
  }
  if (a.preRelease.length === 0 || b.preRelease.length === 0) {
    return Number(a.preRelease.length === 0) - Number(b.preRelease.length === 0);
  }
  const shared = Math.min(a.preRelease.length, b.preRelease.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = compareIdentifiers(a.preRelease[i] as string, b.preRelease[i] as string);
    if (difference !== 0) return difference;
  }
  return a.preRelease.length - b.preRelease.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `~1.2.3`: from 1.2.3 to below 1.3.0. */
export function tildeRange(value: unknown): VersionRange | undefined {
  const min = parseVersion(value);
  return min && { min, below: release(min.numbers[0], min.numbers[1] + 1, 0) };
}

/** `^1.2.3`: up to the next change of the leftmost number that is not 0. */
export function caretRange(value: unknown): VersionRange | undefined {
  const min = parseVersion(value);
  if (!min) return undefined;
  const [major, minor, patch] = min.numbers;
  if (major > 0) return { min, below: release(major + 1, 0, 0) };
  if (minor > 0) return { min, below: release(0, minor + 1, 0) };
  return { min, below: release(0, 0, patch + 1) };
}

const WILDCARD = /^[vV]?(?:\*|(\d{1,15})(?:\.(?:\*(?:\.\*)?|(\d{1,15})(?:\.\*)?))?)$/;

/** `1.*` (also `1`), `1.2.*` (also `1.2`), `*`. */
export function wildcardRange(value: unknown): VersionRange | undefined {
  const match = WILDCARD.exec(textOf(value).trim());
  if (!match) return undefined;
  if (match[1] === undefined) return { min: release(0, 0, 0), below: undefined };
  const major = Number(match[1]);
  if (match[2] === undefined) return { min: release(major, 0, 0), below: release(major + 1, 0, 0) };
  const minor = Number(match[2]);
  return { min: release(major, minor, 0), below: release(major, minor + 1, 0) };
}

/**
 * True when the version lies in the range. A pre-release is only in a range whose start names a
 * pre-release of the same version: `^1.2.0` leaves 1.3.0-beta out, as Cargo and npm do.
 */
export function isInRange(version: Version, { min, below }: VersionRange): boolean {
  if (compareVersions(version, min) < 0) return false;
  if (below && compareVersions(version, below) >= 0) return false;
  if (version.preRelease.length === 0) return true;
  return min.preRelease.length > 0 && version.numbers.every((n, i) => n === min.numbers[i]);
}

function release(major: number, minor: number, patch: number): Version {
  return { numbers: [major, minor, patch], preRelease: [] };
}
