import type { GuardNote } from '../../../ticketing/http/guard.ts';
import type { Schema } from './example-of.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly 'x-kazasu': GuardNote;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** The description, as far as the tests read it. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A route as `/openapi.json` has it: all that a test knows of it. */
export interface DescribedRoute {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly guard: GuardNote;
  /** The names in its path, and those of its query. */
  readonly inPath: readonly string[];
  readonly inQuery: readonly string[];
  /** What its query must have. */
  readonly mustAsk: Readonly<Record<string, Schema>>;
  /** The body's schema, where it takes JSON. */
  readonly json: Schema | undefined;
  readonly takesBody: boolean;
  /** All statuses that it is said to answer. */
  readonly statuses: readonly number[];
}

/** Every route of a description. */
export function describedRoutes({ paths }: Description): DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): DescribedRoute => {
      const { parameters = [], requestBody } = operation;
      const named = (place: Parameter['in']): string[] =>
        parameters.filter((each) => each.in === place).map(({ name }) => name);
      return {
        name: operation.operationId,
        method: method.toUpperCase(),
        path,
        guard: operation['x-kazasu'],
        inPath: named('path'),
        inQuery: named('query'),
        mustAsk: Object.fromEntries(
          parameters
            .filter((each) => each.in === 'query' && each.required === true)
            .map(({ name, schema }) => [name, schema]),
        ),
        json: requestBody?.content['application/json']?.schema,
        takesBody: requestBody !== undefined,
        statuses: Object.keys(operation.responses).map(Number),
      };
    }),
  );
}
