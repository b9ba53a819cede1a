import { expect, test } from 'vitest';
import { enclosingFunction } from './enclosing.ts';

const SOURCE = `import { rates } from './rates.ts';
export const total = (cart) => cart.price.gross;

export async function checkOut(cart: Cart): Promise<void> {
  if (cart.isEmpty) {
    function nested() {
      return 1;
    }
    throw new RangeError('empty');
  } else {
    cart.rows.forEach((row) => {
      row.price.check();
    });
  }
}

export const discount = (
  cart: Cart,
  code: string,
): number => {
  return rates[code].share;
};

class Basket {
  private async add<T>(row: T): Promise<void> {
    for (const one of row) {
      one.add();
    }
  }
  remove = async (row) => {
    row.remove();
  };
}
const handlers = {
  buy: (event) => {
    event.buy();
  },
  sell(event) {
    event.sell();
  },
};
const sum = (
  rates.low + rates.high
);
rates.load();
`;

test.each([
  ['price.gross', 'total'],
  ['return 1', 'nested'],
  ["throw new RangeError('empty')", 'checkOut'],
  ['price.check()', 'checkOut'],
  ['share', 'discount'],
  ['one.add()', 'add'],
  ['row.remove()', 'remove'],
  ['event.buy()', 'buy'],
  ['event.sell()', 'sell'],
  ['rates.high', ''],
  ['rates.load()', ''],
])('%s is in %j', (needle, name) => {
  const before = SOURCE.slice(0, SOURCE.indexOf(needle)).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  expect(enclosingFunction(SOURCE, before.length, column)).toBe(name);
});

test('a place that the source does not have is in no function', () => {
  expect(enclosingFunction(SOURCE, 900, 1)).toBe('');
});
