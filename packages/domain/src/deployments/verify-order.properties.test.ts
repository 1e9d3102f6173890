import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aChangeDocument, aHost, anOrder, withId } from '../../../api/test/signed-order.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { Order } from './order.ts';
import { verifyOrder } from './verify-order.ts';

const valid = anOrder(aChangeDocument());
const verify = (order: Order) => verifyOrder(order, aHost(), parseChangeDocument, nodeCryptography);

function flip(text: string, at: number, bits: number): string {
  const index = at % text.length;
  return text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ bits) + text.slice(index + 1);
}

const flips = [fc.nat({ max: 100_000 }), fc.integer({ min: 1, max: 255 })] as const;

test('the untouched order is accepted, so that the properties below can fail', () => {
  expect(verify(valid).accepted).toBe(true);
});

test('no altered byte of the document is accepted', () => {
  fc.assert(
    fc.property(
      ...flips,
      (at, bits) => !verify(withId({ ...valid, document: flip(valid.document, at, bits) })).accepted,
    ),
    { numRuns: 1500 },
  );
});

test('no altered byte of any field of a signature is accepted', () => {
  fc.assert(
    fc.property(fc.nat({ max: 20 }), ...flips, (which, at, bits) => {
      const signatures = structuredClone(valid.signatures);
      const fields = signatures.flatMap((signature) =>
        Object.keys(signature)
          .filter((field) => field !== 'kind')
          .map((field) => ({ signature: signature as Record<string, string>, field })),
      );
      const chosen = fields[which % fields.length];
      if (chosen) chosen.signature[chosen.field] = flip(chosen.signature[chosen.field] ?? '', at, bits);
      return !verify({ ...valid, signatures }).accepted;
    }),
    { numRuns: 1500 },
  );
});

test('random text as document or signature is refused and never throws', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.base64String({ maxLength: 300 }),
    fc.json({ maxDepth: 4 }),
  );
  fc.assert(
    fc.property(text, text, text, (document, a, b) => {
      const [first, second] = valid.signatures;
      const signatures = [
        { ...first, authenticator_data: a, client_data_json: b, signature: a },
        { ...second, signature: b },
      ] as Order['signatures'];
      return !verify(withId({ ...valid, document })).accepted && !verify({ ...valid, signatures }).accepted;
    }),
    { numRuns: 500 },
  );
});

test('canonical JSON is read back as what was written, and written again the same', () => {
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary' }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(
        fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
        tie('json'),
        { maxKeys: 4 },
      ),
    ),
  })).json;
  fc.assert(fc.property(value, (json) => canonicalJson(JSON.parse(canonicalJson(json))) === canonicalJson(json)));
});
