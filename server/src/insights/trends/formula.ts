// Formulas over series: `A / B * 100`. Letters name series; none is a name of anything else, so that nothing
// can be reached from here.
import { fail } from '#kernel/errors';

type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly index: number }
  | { readonly kind: 'negation'; readonly of: Node }
  | {
      readonly kind: 'operation';
      readonly sign: '+' | '-' | '*' | '/';
      readonly left: Node;
      readonly right: Node;
    };

/** Computes the formula for one point. Without a value a series counts as 0; what is divided by 0 is 0. */
export type Formula = (seriesValues: readonly (number | null)[]) => number;

const TOKEN = /\s*(?:(\d+(?:\.\d*)?|\.\d+)|([A-Za-z])(?![A-Za-z0-9])|([-+*/()]))/y;
/** Nested deeper than this it is no formula of a person. */
const MAX_CHARACTERS = 500;

/**
 * @param seriesCount how many letters there are, from A on
 * @throws invalid_input naming `attr` when it is no formula over these
 */
export function compileFormula(text: string, seriesCount: number, attr: string): Formula {
  const tokens = text.length <= MAX_CHARACTERS ? tokensOf(text) : undefined;
  const parser = tokens && new Parser(tokens, seriesCount);
  const node = parser?.whole();
  if (!node) {
    const detail = `Give a formula of + - * / ( ), numbers and the letters of the ${seriesCount} series, such as A / B.`;
    fail('invalid_input', { detail, attr });
  }
  return (values) => compute(node, values);
}

/** The series that a formula names, from 0 on, each once: nothing else in it is a letter. */
export function seriesIn(text: string): number[] {
  const letters = text.toUpperCase().match(/[A-Z]/g) ?? [];
  return [...new Set(letters)].map((letter) => letter.charCodeAt(0) - 65).toSorted((a, b) => a - b);
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  const token = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (!match) return undefined;
    tokens.push(match[0].trim());
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #seriesCount: number;
  #at = 0;

  constructor(tokens: readonly string[], seriesCount: number) {
    this.#tokens = tokens;
    this.#seriesCount = seriesCount;
  }

  whole(): Node | undefined {
    const node = this.#sum();
    return this.#at === this.#tokens.length ? node : undefined;
  }

  #take(...accepted: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !accepted.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }

  #sum(): Node | undefined {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): Node | undefined {
    return this.#chain(['*', '/'], () => this.#factor());
  }

  #chain(
    signs: readonly ('+' | '-' | '*' | '/')[],
    next: () => Node | undefined,
  ): Node | undefined {
    let left = next();
    while (left) {
      const sign = this.#take(...signs) as (typeof signs)[number] | undefined;
      if (sign === undefined) return left;
      const right = next();
      if (!right) return undefined;
      left = { kind: 'operation', sign, left, right };
    }
    return undefined;
  }

  #factor(): Node | undefined {
    if (this.#take('-')) {
      const of = this.#factor();
      return of && { kind: 'negation', of };
    }
    if (this.#take('(')) {
      const inner = this.#sum();
      return this.#take(')') ? inner : undefined;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined) return undefined;
    this.#at += 1;
    if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) };
    if (!/^[A-Za-z]$/.test(token)) return undefined;
    const index = token.toUpperCase().charCodeAt(0) - 65;
    return index < this.#seriesCount ? { kind: 'series', index } : undefined;
  }
}

function compute(node: Node, values: readonly (number | null)[]): number {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'series':
      return values[node.index] ?? 0;
    case 'negation':
      return -compute(node.of, values);
    case 'operation':
      return operate(node.sign, compute(node.left, values), compute(node.right, values));
  }
}

function operate(sign: '+' | '-' | '*' | '/', left: number, right: number): number {
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? 0 : left / right;
  }
}
