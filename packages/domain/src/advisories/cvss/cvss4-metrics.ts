import { type Metrics, type MetricTable, vectorFormat } from './metric-table.ts';

const X = { X: 'Not Defined' } as const;
const AV = { N: 'Network', A: 'Adjacent', L: 'Local', P: 'Physical' } as const;
const AC = { L: 'Low', H: 'High' } as const;
const AT = { N: 'None', P: 'Present' } as const;
const PR = { N: 'None', L: 'Low', H: 'High' } as const;
const UI = { N: 'None', P: 'Passive', A: 'Active' } as const;
const IMPACT = { H: 'High', L: 'Low', N: 'None' } as const;
const SUBSEQUENT = { ...X, H: 'High', L: 'Low', N: 'Negligible' } as const;
const REQUIREMENT = { ...X, H: 'High', M: 'Medium', L: 'Low' } as const;

const TABLE = {
  AV: { name: 'Attack Vector', group: 'base', values: AV },
  AC: { name: 'Attack Complexity', group: 'base', values: AC },
  AT: { name: 'Attack Requirements', group: 'base', values: AT },
  PR: { name: 'Privileges Required', group: 'base', values: PR },
  UI: { name: 'User Interaction', group: 'base', values: UI },
  VC: { name: 'Vulnerable System Confidentiality Impact', group: 'base', values: IMPACT },
  VI: { name: 'Vulnerable System Integrity Impact', group: 'base', values: IMPACT },
  VA: { name: 'Vulnerable System Availability Impact', group: 'base', values: IMPACT },
  SC: { name: 'Subsequent System Confidentiality Impact', group: 'base', values: IMPACT },
  SI: { name: 'Subsequent System Integrity Impact', group: 'base', values: IMPACT },
  SA: { name: 'Subsequent System Availability Impact', group: 'base', values: IMPACT },
  E: {
    name: 'Exploit Maturity',
    group: 'threat',
    values: { ...X, A: 'Attacked', P: 'Proof-of-Concept', U: 'Unreported' },
  },
  CR: { name: 'Confidentiality Requirement', group: 'environmental', values: REQUIREMENT },
  IR: { name: 'Integrity Requirement', group: 'environmental', values: REQUIREMENT },
  AR: { name: 'Availability Requirement', group: 'environmental', values: REQUIREMENT },
  MAV: { name: 'Modified Attack Vector', group: 'environmental', values: { ...X, ...AV } },
  MAC: { name: 'Modified Attack Complexity', group: 'environmental', values: { ...X, ...AC } },
  MAT: { name: 'Modified Attack Requirements', group: 'environmental', values: { ...X, ...AT } },
  MPR: { name: 'Modified Privileges Required', group: 'environmental', values: { ...X, ...PR } },
  MUI: { name: 'Modified User Interaction', group: 'environmental', values: { ...X, ...UI } },
  MVC: { name: 'Modified Vulnerable System Confidentiality', group: 'environmental', values: { ...X, ...IMPACT } },
  MVI: { name: 'Modified Vulnerable System Integrity', group: 'environmental', values: { ...X, ...IMPACT } },
  MVA: { name: 'Modified Vulnerable System Availability', group: 'environmental', values: { ...X, ...IMPACT } },
  MSC: { name: 'Modified Subsequent System Confidentiality', group: 'environmental', values: SUBSEQUENT },
  MSI: {
    name: 'Modified Subsequent System Integrity',
    group: 'environmental',
    values: { ...SUBSEQUENT, S: 'Safety' },
  },
  MSA: {
    name: 'Modified Subsequent System Availability',
    group: 'environmental',
    values: { ...SUBSEQUENT, S: 'Safety' },
  },
  S: { name: 'Safety', group: 'supplemental', values: { ...X, N: 'Negligible', P: 'Present' } },
  AU: { name: 'Automatable', group: 'supplemental', values: { ...X, N: 'No', Y: 'Yes' } },
  R: { name: 'Recovery', group: 'supplemental', values: { ...X, A: 'Automatic', U: 'User', I: 'Irrecoverable' } },
  V: { name: 'Value Density', group: 'supplemental', values: { ...X, D: 'Diffuse', C: 'Concentrated' } },
  RE: {
    name: 'Vulnerability Response Effort',
    group: 'supplemental',
    values: { ...X, L: 'Low', M: 'Moderate', H: 'High' },
  },
  U: {
    name: 'Provider Urgency',
    group: 'supplemental',
    values: { ...X, Clear: 'Clear', Green: 'Green', Amber: 'Amber', Red: 'Red' },
  },
} as const satisfies MetricTable;

/** FIRST, CVSS v4.0 specification, section 7: the metrics stand in the order of its table, any other is invalid. */
export const CVSS4_FORMAT = vectorFormat(TABLE, { unset: 'X', isOrdered: true });

export type Cvss4Metrics = Metrics<typeof TABLE>;
