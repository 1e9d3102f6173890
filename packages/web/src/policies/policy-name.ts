/** The name a policy's YAML gives itself, as the console needs it for the address; null when there is none. */
export function policyName(yaml: string): string | null {
  return /^name:\s*["']?([a-z][a-z0-9-]{0,62})["']?\s*(?:#.*)?$/m.exec(yaml)?.[1] ?? null;
}
