import { policySpec } from '@fleetmend/api/policies.ts';
import { expect, test } from 'vitest';
import { policyName } from './policy-name.ts';
import { NEW_POLICY, PRESETS } from './presets.ts';

test.each([
  ['kind: Policy\nname: web-servers\n', 'web-servers'],
  ['name: "quoted"', 'quoted'],
  ['name: with-comment # why', 'with-comment'],
  ['rings:\n  - name: canary\n', null],
  ['name: Not Valid', null],
  ['', null],
])('%j is named %j', (yaml, name) => {
  expect(policyName(yaml)).toBe(name);
});

test('every preset names itself by its id, in a name the contract takes', () => {
  for (const preset of PRESETS) {
    expect(policyName(preset.yaml)).toBe(preset.id);
    expect(policySpec.shape.name.safeParse(preset.id).success).toBe(true);
  }
});

test('no policy can be called what the address of a new one says', () => {
  expect(policySpec.shape.name.safeParse(NEW_POLICY).success).toBe(false);
});
