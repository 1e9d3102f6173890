/** Where osv.dev serves all records of an ecosystem as one archive. https://google.github.io/osv.dev/data/#data-dumps */
export function osvArchive(ecosystem: string): string {
  return `https://osv-vulnerabilities.storage.googleapis.com/${encodeURIComponent(ecosystem)}/all.zip`;
}
