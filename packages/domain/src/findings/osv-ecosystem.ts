/**
 * The OSV ecosystems whose advisories speak of a machine's own packages (`os.id` and `os.version_id` of os-release).
 * Ubuntu's long-term releases carry a suffix; which ones those are is told by the year and month, so both spellings are
 * looked for. Ubuntu Pro's ecosystems are left out: only subscribed machines are offered those fixes.
 * @returns an empty list for a system whose advisories we do not read.
 */
export function osvEcosystems(os: { id: string; version_id: string }): string[] {
  if (os.id === 'debian' && /^[0-9]+$/.test(os.version_id)) return [`Debian:${os.version_id}`];
  if (os.id === 'ubuntu' && /^[0-9]{2}\.[0-9]{2}$/.test(os.version_id)) {
    return [`Ubuntu:${os.version_id}:LTS`, `Ubuntu:${os.version_id}`];
  }
  return [];
}
