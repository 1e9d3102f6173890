import { FIRST_MODEL } from '@fleetmend/domain/policies/ranking-model.ts';
import { expect, test } from 'vitest';
import { describeWeights } from './weight-words.ts';

test('every weight is told, what gives most first', () => {
  const told = new Map(describeWeights(FIRST_MODEL.weights).map(({ factor, gives }) => [factor, gives]));
  expect(told.size).toBe(Object.keys(FIRST_MODEL.weights).length);
  expect(told.get('Known exploited')).toBe('35');
  expect(told.get('Reachable from')).toBe('internet 12, internal 4, isolated 0');
  expect(told.get('Needs a restart')).toBe('−2');
});
