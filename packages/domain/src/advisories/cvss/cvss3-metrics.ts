import { type Metrics, type MetricTable, vectorFormat } from './metric-table.ts';

const X = { X: 'Not Defined' } as const;
const AV = { N: 'Network', A: 'Adjacent', L: 'Local', P: 'Physical' } as const;
const AC = { L: 'Low', H: 'High' } as const;
const PR = { N: 'None', L: 'Low', H: 'High' } as const;
const UI = { N: 'None', R: 'Required' } as const;
const S = { U: 'Unchanged', C: 'Changed' } as const;
const IMPACT = { H: 'High', L: 'Low', N: 'None' } as const;
const REQUIREMENT = { ...X, H: 'High', M: 'Medium', L: 'Low' } as const;

const TABLE = {
  AV: { name: 'Attack Vector', group: 'base', values: AV },
  AC: { name: 'Attack Complexity', group: 'base', values: AC },
  PR: { name: 'Privileges Required', group: 'base', values: PR },
  UI: { name: 'User Interaction', group: 'base', values: UI },
  S: { name: 'Scope', group: 'base', values: S },
  C: { name: 'Confidentiality Impact', group: 'base', values: IMPACT },
  I: { name: 'Integrity Impact', group: 'base', values: IMPACT },
  A: { name: 'Availability Impact', group: 'base', values: IMPACT },
  E: {
    name: 'Exploit Code Maturity',
    group: 'threat',
    values: { ...X, H: 'High', F: 'Functional', P: 'Proof-of-Concept', U: 'Unproven' },
  },
  RL: {
    name: 'Remediation Level',
    group: 'threat',
    values: { ...X, U: 'Unavailable', W: 'Workaround', T: 'Temporary Fix', O: 'Official Fix' },
  },
  RC: {
    name: 'Report Confidence',
    group: 'threat',
    values: { ...X, C: 'Confirmed', R: 'Reasonable', U: 'Unknown' },
  },
  CR: { name: 'Confidentiality Requirement', group: 'environmental', values: REQUIREMENT },
  IR: { name: 'Integrity Requirement', group: 'environmental', values: REQUIREMENT },
  AR: { name: 'Availability Requirement', group: 'environmental', values: REQUIREMENT },
  MAV: { name: 'Modified Attack Vector', group: 'environmental', values: { ...X, ...AV } },
  MAC: { name: 'Modified Attack Complexity', group: 'environmental', values: { ...X, ...AC } },
  MPR: { name: 'Modified Privileges Required', group: 'environmental', values: { ...X, ...PR } },
  MUI: { name: 'Modified User Interaction', group: 'environmental', values: { ...X, ...UI } },
  MS: { name: 'Modified Scope', group: 'environmental', values: { ...X, ...S } },
  MC: { name: 'Modified Confidentiality', group: 'environmental', values: { ...X, ...IMPACT } },
  MI: { name: 'Modified Integrity', group: 'environmental', values: { ...X, ...IMPACT } },
  MA: { name: 'Modified Availability', group: 'environmental', values: { ...X, ...IMPACT } },
} as const satisfies MetricTable;

/** FIRST, CVSS v3.1 specification, section 6: the order is a preference, "other orderings are valid". */
export const CVSS3_FORMAT = vectorFormat(TABLE, { unset: 'X', isOrdered: false });

export type Cvss3Metrics = Metrics<typeof TABLE>;
