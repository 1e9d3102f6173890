import { Problem } from '@fleetmend/api/problems.ts';
import { createJsonGuard } from '@fleetmend/domain/feeds/json-guard.ts';

/** What a body may make a parser hold. A change of 10,000 machines lists them; nothing that people or hosts send has many keys. */
const LIMITS = {
  json_depth: 64,
  field_bytes: 16 * 1024 ** 2,
  object_members: 10_000,
  record_bytes: 16 * 1024 ** 2,
  record_members: 1_000_000,
};

/**
 * A body of JSON. JSON.parse makes `__proto__` an own key; nothing here may ever copy it onto an object.
 * @throws Problem `invalid` for what is not JSON, or too much of it
 */
export function parseBody(bytes: Buffer): unknown {
  const tooMuch = createJsonGuard(LIMITS).check(bytes);
  if (tooMuch !== null) throw new Problem('invalid', tooMuch);
  const text = bytes.toString('utf8');
  const isPlain = !text.includes('__proto__') && !text.includes('\\u');
  try {
    return isPlain ? JSON.parse(text) : JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value));
  } catch {
    throw new Problem('invalid', 'The body is not JSON.');
  }
}
