export const VEX_STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** What a product or a part of one is called; whatever is null was not said. */
export interface VexProduct {
  name: string | null;
  version: string | null;
  purl: string | null;
  cpe: string | null;
}

/** What one document says of one vulnerability in one product (https://www.cisa.gov, "Minimum Requirements for VEX"). */
export interface VexStatement {
  /** The vulnerability's id, and other ids of the same. */
  vulnerabilities: string[];
  product: VexProduct;
  /** The parts of the product that it speaks of; empty where it speaks of the product itself. */
  subcomponents: VexProduct[];
  status: VexStatus;
  /** Why not affected, in OpenVEX's words where there is one for it. */
  justification: string | null;
  impact: string | null;
  action: string | null;
  /** RFC 3339; null where neither statement nor document has a time. */
  timestamp: string | null;
  document: VexDocument;
}

export interface VexDocument {
  id: string;
  format: 'openvex' | 'csaf' | 'cyclonedx';
  /** Who says so; empty where the document does not tell. */
  author: string;
}

/** The statements of a document, and how many more name a product in a way that cannot be told from here. */
export interface VexReading {
  document: VexDocument;
  statements: VexStatement[];
  unresolved: number;
}

/** OpenVEX's reasons for "not affected" (https://github.com/openvex/spec). */
export const VEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

/** A time as RFC 3339 in UTC; null for what is none. */
export function timeText(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}
