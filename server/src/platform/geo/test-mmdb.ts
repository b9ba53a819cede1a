// Writes small databases in MaxMind's format (MaxMind-DB-spec.md, version 2.0) for tests: an IPv6 tree of 32-bit
// records, in which IPv4 networks lie below ::/96.
import { isIPv4 } from 'node:net';

/** What a database holds: texts, numbers, lists and maps of them. */
type Value = string | number | readonly Value[] | { readonly [key: string]: Value };

const TYPE = { text: 2, double: 3, uint32: 6, map: 7, list: 11 } as const;
const MARKER = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
/** Between the tree and the data. */
const SEPARATOR_BYTES = 16;
const RECORD_BITS = 32;

type Node = { readonly children: [Node | undefined, Node | undefined]; data?: number };
const newNode = (): Node => ({ children: [undefined, undefined] });

/** @param records network (`81.2.69.0/24`, `2001:db8::/32`) → what it is said to be */
export function writeMmdb(records: Readonly<Record<string, Value>>): Buffer {
  const root = newNode();
  const data: Buffer[] = [];
  let dataBytes = 0;
  for (const [network, value] of Object.entries(records)) {
    const encoded = encode(value);
    place(root, bitsOf(network), dataBytes);
    data.push(encoded);
    dataBytes += encoded.length;
  }
  const { tree, nodeCount } = writeTree(root);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_764_000_000,
    database_type: 'Test-City',
    description: { en: 'Made by a test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodeCount,
    record_size: RECORD_BITS,
  });
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR_BYTES), ...data, MARKER, metadata]);
}

function place(root: Node, bits: readonly number[], data: number): void {
  let node = root;
  for (const bit of bits) node = node.children[bit as 0 | 1] ??= newNode();
  node.data = data;
}

function writeTree(root: Node): { tree: Buffer; nodeCount: number } {
  const nodes: Node[] = [];
  const number = (node: Node): void => {
    nodes.push(node);
    for (const child of node.children) if (child && child.data === undefined) number(child);
  };
  number(root);
  const places = new Map(nodes.map((node, index) => [node, index]));
  const records = nodes.flatMap(({ children }) =>
    children.map((child) => {
      if (!child) return nodes.length;
      return child.data === undefined
        ? (places.get(child) ?? 0)
        : nodes.length + SEPARATOR_BYTES + child.data;
    }),
  );
  const tree = Buffer.alloc(records.length * 4);
  for (const [i, record] of records.entries()) tree.writeUInt32BE(record, i * 4);
  return { tree, nodeCount: nodes.length };
}

/** The bits that an address of the network begins with. */
function bitsOf(network: string): number[] {
  const [address = '', length = ''] = network.split('/');
  const bytes = isIPv4(address)
    ? [...Array.from({ length: 12 }, () => 0), ...address.split('.').map(Number)]
    : ipv6Bytes(address);
  const bits = bytes.flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map(Number));
  return bits.slice(0, Number(length) + (isIPv4(address) ? 96 : 0));
}

function ipv6Bytes(address: string): number[] {
  const [before = '', after = ''] = address.split('::');
  const groupsOf = (text: string) => text.split(':').filter((group) => group !== '');
  const [head, tail] = [groupsOf(before), groupsOf(after)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(TYPE.text, text.length), text]);
  }
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) {
    return Buffer.concat([control(TYPE.list, value.length), ...value.map(encode)]);
  }
  const pairs = Object.entries(value);
  return Buffer.concat([
    control(TYPE.map, pairs.length),
    ...pairs.flatMap(([key, inner]) => [encode(key), encode(inner)]),
  ]);
}

function encodeNumber(value: number): Buffer {
  if (Number.isInteger(value) && value >= 0) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(TYPE.uint32, 4), bytes]);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([control(TYPE.double, 8), bytes]);
}

/** What a value is and how long: types above 7 in a byte of their own. */
function control(type: number, size: number): Buffer {
  if (size >= 29) throw new Error('texts and maps of tests are short');
  return type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size]);
}
