import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { ChangeDocument } from '@fleetmend/domain/changes/change-document.ts';
import type { z } from 'zod';
import { trustRoot } from './access.ts';
import { changeDocument } from './changes.ts';

/** Characters; the order schema bounds a document the same way. */
const MAX_CHANGE = 16_000_000;
const MAX_ROOT = 1_000_000;

/** A change document from its text; null unless it is valid and the text is its one canonical form. */
export function parseChangeDocument(text: string): ChangeDocument | null {
  return parseCanonical<ChangeDocument>(changeDocument, text, MAX_CHANGE);
}

/** A trust root from its text; null unless it is valid and the text is its one canonical form. */
export function parseTrustRoot(text: string): TrustRoot | null {
  return parseCanonical<TrustRoot>(trustRoot, text, MAX_ROOT);
}

/**
 * Duplicate keys, `__proto__`, other spellings of a number or a letter: whatever two readers could read differently is
 * refused by writing the value again and comparing the text.
 */
function parseCanonical<T>(schema: z.ZodType, text: string, max: number): T | null {
  if (text.length > max) return null;
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success && canonicalJson(read.data as Json) === text ? (read.data as T) : null;
  } catch {
    return null;
  }
}
