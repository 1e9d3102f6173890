import fc from 'fast-check';

/** A way to damage an input. Places are numbers of any size, taken modulo its length. */
type Mutation =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'put'; at: number; bytes: Uint8Array; over: boolean }
  | { kind: 'token'; at: number; token: number; over: boolean }
  | { kind: 'number'; at: number; text: string }
  | { kind: 'remove'; at: number; length: number }
  | { kind: 'repeat'; at: number; length: number; times: number }
  | { kind: 'splice'; at: number; from: number; length: number }
  | { kind: 'cut'; at: number };

/** Which inputs are taken, and what is done to the first with the help of the second. */
export interface Plan {
  base: number;
  /** Among the last few inputs, which have led on the farthest. */
  isRecent: boolean;
  other: number;
  mutations: Mutation[];
}

/** What a plan is carried out on. */
export interface Material {
  inputs: readonly Uint8Array[];
  tokens: readonly string[];
}

const RECENT = 8;
const MAX_BYTES = 128 * 1024;
const NUMBERS = [
  '0',
  '-1',
  '1e999',
  '-0',
  '2147483648',
  '9007199254740993',
  '99999999999999999999999',
  '00',
  '1.5',
  'NaN',
];
/** Texts that mean something to one reader or another. */
export const TOKENS = [
  ...'{}[]":,;\n\r\t \0()<>=!~^*|&-+._/\\#@\'',
  '__proto__',
  'constructor',
  'toString',
  '{"__proto__":{"polluted":1}}',
  'null',
  '\\u0000',
  '\\ud800',
  '\ufeff',
  '\u2028',
  '{"',
  '[{',
  '"]}',
  '\r\n\r\n',
  ' - ',
  ' || ',
  '<![CDATA[',
  '&amp;',
  '*a *a',
];

const place = fc.nat();
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('put' as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    over: fc.boolean(),
  }),
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('token' as const), at: place, token: place, over: fc.boolean() }),
  },
  fc.record({ kind: fc.constant('number' as const), at: place, text: fc.constantFrom(...NUMBERS) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.nat(64) }) },
  fc.record({
    kind: fc.constant('repeat' as const),
    at: place,
    length: fc.nat(40),
    times: fc.oneof(fc.nat(8), fc.nat(3000)),
  }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('splice' as const), at: place, from: place, length: fc.nat(256) }),
  },
  fc.record({ kind: fc.constant('cut' as const), at: place }),
);

/** Every plan there is. */
export const plan: fc.Arbitrary<Plan> = fc.record({
  base: place,
  isRecent: fc.boolean(),
  other: place,
  mutations: fc.array(mutation, { minLength: 1, maxLength: 5, size: 'max' }),
});

/** The input that a plan makes of the material. */
export function carryOut({ base, isRecent, other, mutations }: Plan, { inputs, tokens }: Material): Uint8Array {
  const at = isRecent ? inputs.length - 1 - (base % Math.min(RECENT, inputs.length)) : base % inputs.length;
  let input: Uint8Array = inputs[at] ?? new Uint8Array();
  const donor = inputs[other % inputs.length] ?? input;
  for (const each of mutations) input = mutate(input, each, donor, tokens).subarray(0, MAX_BYTES);
  return input;
}

function mutate(input: Uint8Array, mutation: Mutation, donor: Uint8Array, tokens: readonly string[]): Uint8Array {
  const at = mutation.at % (input.length + 1);
  switch (mutation.kind) {
    case 'flip': {
      const flipped = Uint8Array.from(input);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << mutation.bit);
      return flipped;
    }
    case 'put':
      return replace(input, at, mutation.over ? mutation.bytes.length : 0, mutation.bytes);
    case 'token': {
      const token = Buffer.from(tokens[mutation.token % tokens.length] ?? '');
      return replace(input, at, mutation.over ? token.length : 0, token);
    }
    case 'number': {
      const digits = /[0-9]+/.exec(Buffer.from(input.subarray(at)).toString('latin1'));
      const from = at + (digits?.index ?? 0);
      return replace(input, from, digits?.[0].length ?? 0, Buffer.from(mutation.text));
    }
    case 'remove':
      return replace(input, at, mutation.length, new Uint8Array());
    case 'repeat': {
      const part = input.subarray(at, at + mutation.length);
      const times = Math.min(mutation.times, Math.floor(MAX_BYTES / (part.length + 1)));
      return replace(input, at, 0, Buffer.concat(Array.from({ length: times }, () => part)));
    }
    case 'splice': {
      const from = mutation.from % (donor.length + 1);
      return replace(input, at, 0, donor.subarray(from, from + mutation.length));
    }
    case 'cut':
      return input.subarray(0, at);
  }
}

function replace(input: Uint8Array, at: number, length: number, by: Uint8Array): Uint8Array {
  return Buffer.concat([input.subarray(0, at), by, input.subarray(at + length)]);
}
