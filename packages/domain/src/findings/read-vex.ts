import { readCsafVex } from '../advisories/vex/read-csaf-vex.ts';
import { readCycloneDxVex } from '../advisories/vex/read-cyclonedx-vex.ts';
import { readOpenVex } from '../advisories/vex/read-openvex.ts';
import type { VexReading } from '../advisories/vex/vex-statement.ts';
import { componentsOf } from '../inventory/sbom/read-cyclonedx.ts';

/** Reads a VEX document in OpenVEX, CSAF or CycloneDX; null for another. */
export function readVex(record: Record<string, unknown>): VexReading | null {
  return readOpenVex(record) ?? readCsafVex(record) ?? readCycloneDxVex(record, componentsOf(record));
}
