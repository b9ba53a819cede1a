import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_EXCEPTIONS, MAX_FRAMES, readExceptions } from './exception.ts';
import { messageShape } from './message-shape.ts';
import { signatureOf } from './signature.ts';
import { titleOf } from './title.ts';

const frame = (fields: object = {}) => ({
  platform: 'web:javascript',
  filename: 'https://shop.example/assets/checkout-Dh3x9aLq.js?v=1',
  function: 'total',
  in_app: true,
  lineno: 18,
  colno: 46,
  ...fields,
});
const thrown = (fields: object = {}, frames: object[] = [frame()]) => [
  {
    type: 'TypeError',
    value: 'No price for item 17',
    mechanism: { type: 'generic', handled: false, synthetic: false },
    stacktrace: { type: 'raw', frames },
    ...fields,
  },
];
const of = (list: unknown, own?: unknown) => signatureOf(readExceptions(list), own);

test.each([
  ['No price for item 17', 'No price for item <n>'],
  ['GET https://api.example/v1/items/17?x=1 failed with 503', 'GET <url> failed with <n>'],
  [`Can't read 'price' of "cart"`, `Can't read <quoted> of <quoted>`],
  ['user 5b0c1a52-7a0e-4f4c-9d33-0123456789ab is gone', 'user <id> is gone'],
  ['ada@example.com: deadbeef01 at 0xFF', '<email>: <id> at <id>'],
  ['took 12.5s  of\n3:20', 'took <n>s of <n>'],
  ['defaced facade', 'defaced facade'],
])('%s → %s', (message, shape) => {
  expect(messageShape(message)).toBe(shape);
});

test('numbers and quoted values tell nothing apart; shapes stay what they are and short', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.stringMatching(/^[\w ]{0,30}$/), (a, b, quoted) => {
      expect(messageShape(`Row ${a} of '${quoted}'`)).toBe(messageShape(`Row ${b} of 'x'`));
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 5000, unit: 'binary' }), (message) => {
      const shape = messageShape(message);
      expect(shape.length).toBeLessThanOrEqual(300);
    }),
  );
});

test('a release that moves lines and renames files by their content is the same issue', () => {
  const next = frame({
    lineno: 99,
    colno: 3,
    filename: 'https://cdn.example/assets/checkout-Xy71kkPa.js',
  });
  expect(of(thrown({ value: 'No price for item 4' }, [next]))).toBe(of(thrown()));
});

test.each(['DhQ-xaLq', '_hQxzaLq', 'abcdefg7', '-Qxyzabc', 'ABCDEFGH'])(
  'the hash %s names a build, not a file',
  (hash) => {
    const named = (file: string) =>
      of(thrown({}, [frame({ filename: `https://shop.example/assets/${file}.js` })]));
    expect(named(`checkout-${hash}`)).toBe(of(thrown()));
    expect(named('my-checkout')).not.toBe(named('my-payments'));
    expect(named('my-new-page')).not.toBe(named('my-old-page'));
  },
);

test('another type, message or frame of the app is another issue; one of a library is not', () => {
  const library = frame({ in_app: false, function: 'dispatch', filename: 'react-dom.js' });
  expect(of(thrown({}, [library, frame(), library]))).toBe(of(thrown()));
  const others = [
    thrown({ type: 'RangeError' }),
    thrown({ value: 'No stock for item 17' }),
    thrown({}, [frame({ function: 'tax' })]),
    thrown({}, [frame({ filename: 'https://shop.example/assets/tax-Dh3x9aLq.js' })]),
    [...thrown(), ...thrown({ type: 'NetworkError' })],
  ];
  const signatures = [thrown(), ...others].map((list) => of(list));
  expect(new Set(signatures).size).toBe(signatures.length);
});

test('how deep a recursion went, and what a minifier called a function, tells nothing apart', () => {
  const once = of(thrown({}, [frame({ function: 'main' }), frame()]));
  expect(of(thrown({}, [frame({ function: 'main' }), ...Array(40).fill(frame())]))).toBe(once);
  const minified = (name: string, colno: number) => [frame({ function: name, lineno: 1, colno })];
  expect(of(thrown({}, minified('a', 20_417)))).toBe(of(thrown({}, minified('Zt', 31_002))));
});

test('a client may decide itself', () => {
  const own = of(thrown(), 'checkout');
  expect(of(thrown({ type: 'RangeError' }, []), 'checkout')).toBe(own);
  expect(own).not.toBe(of(thrown()));
  expect(of(thrown(), ' ')).toBe(of(thrown()));
  expect(of(thrown(), 12)).toBe(of(thrown()));
});

test('whatever is sent is read, within bounds', () => {
  const item = fc.record(
    {
      type: fc.anything(),
      value: fc.oneof(fc.string(), fc.anything()),
      mechanism: fc.oneof(fc.record({ handled: fc.anything() }), fc.anything()),
      stacktrace: fc.oneof(
        fc.record({ frames: fc.array(fc.oneof(fc.constant(frame()), fc.anything())) }),
        fc.anything(),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.oneof(item, fc.anything())), fc.anything()), (sent) => {
      const list: unknown = JSON.parse(toJson(sent));
      const exceptions = readExceptions(list);
      expect(exceptions.length).toBeGreaterThan(0);
      expect(signatureOf(exceptions).length).toBeLessThan(20_000);
      expect(titleOf(exceptions).name).not.toBe('');
    }),
  );
  const huge = Array(50).fill(thrown({ value: 'x'.repeat(1e6) }, Array(500).fill(frame()))[0]);
  const exceptions = readExceptions(huge);
  expect(exceptions).toHaveLength(MAX_EXCEPTIONS);
  expect(exceptions[0]?.frames).toHaveLength(MAX_FRAMES);
  expect(exceptions[0]?.message).toHaveLength(2000);
});

/** As it would arrive. */
function toJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one)) ?? 'null'
    );
  } catch {
    return 'null';
  }
}

test('an issue is called by what was thrown and where in the app', () => {
  const exceptions = readExceptions(thrown({}, [frame({ function: 'main' }), frame()]));
  expect(titleOf(exceptions)).toEqual({
    name: 'TypeError',
    description: 'No price for item 17',
    place: 'total in https://shop.example/assets/checkout-Dh3x9aLq.js',
  });
  expect(titleOf(readExceptions('nonsense'))).toEqual({
    name: 'Error',
    description: '',
    place: '',
  });
});
