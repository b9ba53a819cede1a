import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { firstCarry, meanOfLogE, mixtureLogE, nextCarry } from './combine.ts';
import { halfNormalLogE } from './half-normal.ts';
import { bernoulliInterval, oneSampleLogE } from './one-sample.ts';
import { cleanPeopleNeeded, expectedTreatmentPeople, infoDetect } from './planning.ts';
import { sampleRatioConcentration, sampleRatioLogE } from './sample-ratio.ts';

test('about 140 clean people prove a 2 % limit safe at beta 0.2', () => {
  const needed = cleanPeopleNeeded(0.02, 0.2);
  expect(needed).toBeGreaterThan(120);
  expect(needed).toBeLessThan(160);
  const lnE = (n: number) => oneSampleLogE({ events: 0, n }, { p0: 0.02, side: 'down' });
  expect(lnE(needed)).toBeGreaterThanOrEqual(Math.log(5));
  expect(lnE(needed - 1)).toBeLessThan(Math.log(5));
});

test('nobody is no evidence, on either side', () => {
  for (const side of ['up', 'down'] as const) {
    expect(oneSampleLogE({ events: 0, n: 0 }, { p0: 0.02, side })).toBeCloseTo(0, 12);
  }
  expect(bernoulliInterval({ events: 0, n: 0 }, { alpha: 0.05 })).toEqual({ lower: 0, upper: 1 });
});

test('a share at its limit is rarely rejected, however often one looks', () => {
  const rng = createRng(3);
  let rejected = 0;
  for (let run = 0; run < 300; run += 1) {
    let events = 0;
    for (let n = 1; n <= 1500; n += 1) {
      if (rng() < 0.02) events += 1;
      if (n % 10 !== 0 && events < 3) continue;
      if (oneSampleLogE({ events, n }, { p0: 0.02, side: 'up' }) >= Math.log(20)) {
        rejected += 1;
        break;
      }
    }
  }
  expect(rejected / 300).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 300));
});

test('the sample ratio stays quiet at the planned split and notices lost people', () => {
  const shares = [0.1, 0.9];
  expect(sampleRatioConcentration(shares)).toBeCloseTo(900, 6);
  expect(sampleRatioLogE([1000, 9000], shares)).toBeLessThan(0);
  expect(sampleRatioLogE([700, 9000], shares)).toBeGreaterThan(Math.log(100));
  expect(sampleRatioLogE([0, 0], shares)).toBeCloseTo(0, 9);
});

test('the mean of e-values lies between the smallest and the largest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1 }),
      (lnEs) => {
        const mean = meanOfLogE(lnEs);
        expect(mean).toBeLessThanOrEqual(Math.max(...lnEs) + 1e-9);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...lnEs) - 1e-9);
      },
    ),
  );
});

test('stages without evidence leave the mixture at exactly 1', () => {
  let carry = firstCarry(6);
  for (let stage = 1; stage <= 6; stage += 1) {
    expect(mixtureLogE(carry, 0)).toBeCloseTo(0, 12);
    carry = nextCarry(carry, 0);
  }
});

test('spare stages take a tenth of the weight, and nothing from the sum', () => {
  const first = firstCarry(6, 2);
  expect(Math.exp(first.lnW)).toBeCloseTo(0.9 / 4, 12);
  let carry = first;
  for (let stage = 1; stage <= 6; stage += 1) {
    expect(mixtureLogE(carry, 0)).toBeCloseTo(0, 12);
    carry = nextCarry(carry, 0);
  }
  // One of the planned stages is enough to be sure of; a spare one takes more.
  const lnLine = Math.log(20);
  expect(mixtureLogE(first, Math.log(90))).toBeGreaterThan(lnLine);
  const spare = { ...first, stage: 5, lnW: Math.log(0.05) };
  expect(mixtureLogE(spare, Math.log(390))).toBeLessThan(lnLine);
  expect(mixtureLogE(spare, Math.log(400))).toBeGreaterThan(lnLine);
  // Nothing planned: the spares are all there is.
  expect(Math.exp(firstCarry(2, 2).lnW)).toBeCloseTo(0.5, 12);
});

test('harm of an earlier stage is not forgotten in the next', () => {
  const carry = nextCarry(firstCarry(4), 5);
  expect(mixtureLogE(carry, 0)).toBeCloseTo(Math.log((Math.exp(5) + 1 + 2) / 4), 12);
});

test('more stages than planned never add weight', () => {
  let carry = firstCarry(2);
  for (let stage = 0; stage < 5; stage += 1) carry = nextCarry(carry, 0);
  expect(mixtureLogE(carry, 0)).toBeLessThanOrEqual(1e-12);
});

test('people needed to see a doubled rate of 1 %, by stage', () => {
  const detect = (stage: number) =>
    Math.round(expectedTreatmentPeople(infoDetect(0.01, 2, stage), Math.log(20)));
  expect([0.01, 0.25, 0.5].map(detect)).toEqual([995, 1403, 2234]);
  expect(expectedTreatmentPeople(0, 3)).toBe(Infinity);
});

test('a variance of nothing does not make certainty out of nothing', () => {
  expect(halfNormalLogE(0, { sides: 1, variance: 0, tauSquared: 1e-4 })).toBeLessThan(0);
});
