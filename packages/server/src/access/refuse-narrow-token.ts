import { Problem } from '@fleetmend/api/problems.ts';
import type { Ctx } from '../platform/context.ts';
import { readPerson } from './access.queries.ts';
import { personPermissions } from './authenticate.ts';

/**
 * Refuses a token that may do less than its person: with a key or another token of that person it would get what it
 * was not given, or outlive its end. @throws Problem `permission-missing`
 */
export async function refuseNarrowToken({ db, actor }: Ctx): Promise<void> {
  if (actor.kind !== 'person' || actor.token === null) return;
  const person = await readPerson(db, actor.person);
  const whole = person === null ? [] : [...personPermissions(person)];
  if (person !== null && whole.every((permission) => actor.permissions.has(permission))) return;
  throw new Problem(
    'permission-missing',
    'A token of fewer permissions than its person registers no keys and makes no tokens.',
  );
}
