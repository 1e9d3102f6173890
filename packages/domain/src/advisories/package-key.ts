/**
 * A package's name as it is compared on a platform (in small letters): PyPI's are equal whatever their case and separators
 * (https://peps.python.org/pep-0503/#normalized-names), all others are as they are written.
 */
export function packageKey(platform: string, name: string): string {
  return platform === 'pypi' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}
