import { z } from '@hono/zod-openapi';

/**
 * A body's schema that describes itself by zod's own JSON Schema, as it is sent: for schemas that rooms share
 * with files, of which the description's generator does not know every part.
 *
 * @example
 * request: { body: jsonBody(describedAs('EventFields', eventFields)) }
 */
export function describedAs<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  const described = z.toJSONSchema(schema, { io: 'input', override: plainTimes });
  delete described.$schema;
  return schema.meta({ ...described, id: name });
}

/** A date's pattern of days and leap years says nothing to people that its format does not. */
function plainTimes({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
