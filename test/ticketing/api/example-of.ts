import fc from 'fast-check';

/** JSON Schema, as far as the description uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/**
 * The least that a schema takes: what must be there and nothing else. What no schema says (that one time is
 * before another) it cannot know.
 */
export function exampleOf(schema: Schema, named: Readonly<Record<string, Schema>>): unknown {
  const { $ref, type, properties = {}, required = [] } = schema;
  if ($ref !== undefined) return exampleOf(named[$ref.split('/').at(-1) ?? ''] ?? {}, named);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [one] = schema.anyOf ?? schema.oneOf ?? [];
  if (one !== undefined) return exampleOf(one, named);
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((each) => exampleOf(each, named))) as unknown;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {}, named)]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => exampleOf(schema.items ?? {}, named));
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function text({ pattern, format, minLength = 0 }: Schema): string {
  if (format === 'date-time') return '2027-04-03T18:00:00.000Z';
  if (format === 'byte') return 'AAAA';
  if (pattern === undefined) return 'x'.repeat(Math.max(minLength, 1));
  const [made = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 7 });
  return made;
}
