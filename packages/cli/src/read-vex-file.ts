import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import type { VexReading } from '@fleetmend/domain/advisories/vex/vex-statement.ts';
import { readVex } from '@fleetmend/domain/findings/read-vex.ts';
import { cycloneDxFromXml } from '@fleetmend/domain/inventory/sbom/cyclonedx-xml.ts';
import { CliError } from './cli-error.ts';
import { readDocument } from './read-document.ts';
import { readTextFile } from './read-inventory-file.ts';

/**
 * Reads a VEX document: OpenVEX, CSAF, or CycloneDX in JSON or XML.
 * @throws CliError (usage) when it cannot be read, is none, or states nothing.
 */
export async function readVexFile(path: string): Promise<VexReading> {
  const document = await readDocument(path, await readTextFile(path));
  const record =
    document.form === 'xml'
      ? cycloneDxFromXml(document.root)
      : document.form === 'json'
        ? asRecord(document.value)
        : null;
  const reading = record === null ? null : readVex(record);
  if (reading === null) {
    throw new CliError('usage', `${path} is no VEX document that is known here`, {
      fix: 'Give a document in OpenVEX, CSAF, or CycloneDX with vulnerabilities.',
    });
  }
  if (reading.statements.length === 0) {
    const why =
      reading.unresolved === 0
        ? ''
        : `: its ${reading.unresolved} statements name products that cannot be told from it`;
    throw new CliError('usage', `${path} states nothing of a product${why}`);
  }
  return reading;
}
