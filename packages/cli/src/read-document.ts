import { parseDocument } from '@fleetmend/api/parse-document.ts';
import { DocumentRefused } from '@fleetmend/api/parse-xml.ts';
import type { ParsedDocument } from '@fleetmend/domain/inventory/parsed-document.ts';
import { CliError } from './cli-error.ts';

/**
 * Parses a text that somebody named on the command line.
 * @throws CliError (usage) for what is not what it says it is.
 */
export async function readDocument(path: string, text: string): Promise<ParsedDocument> {
  try {
    return await parseDocument(path, text);
  } catch (error) {
    if (error instanceof DocumentRefused) throw new CliError('usage', error.message);
    throw error;
  }
}
