/**
 * The canonical form (RFC 8785) of an object whose members are all strings: members in the order of their
 * names by UTF-16 code units, nothing between them.
 */
export function canonicalJson(members: Readonly<Record<string, string>>): string {
  const ordered = Object.keys(members).sort();
  return `{${ordered.map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`).join(',')}}`;
}
