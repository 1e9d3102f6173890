import { type PolicySpec, policySpec } from '@fleetmend/api/policies.ts';
import { checkPolicySpec } from './check-policy-spec.ts';
import { type DocumentKind, type Fault, readDocument, refuseDocument } from './yaml-document.ts';

const POLICY: DocumentKind<PolicySpec> = {
  what: 'policy',
  problem: 'policy-invalid',
  schema: policySpec,
  check: checkPolicySpec,
};

/**
 * Reads a policy's YAML: one document, known keys, selectors and time zones that exist.
 * @throws Problem `policy-invalid`, each error with its line and column, and the nearest known word for an unknown one.
 */
export function readPolicySpec(yaml: string): PolicySpec {
  return readDocument(yaml, POLICY);
}

/** What is wrong with a policy beside its text: the same problem, in the same form. */
export function refusePolicy(faults: readonly Fault[], yaml: string): never {
  return refuseDocument(faults, yaml, POLICY);
}
