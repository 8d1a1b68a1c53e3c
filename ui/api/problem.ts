import { z } from './schema.ts';

const problem = z.object({ code: z.string(), status: z.number(), detail: z.string() });

/** Why a server did not do what was asked: its code, and its sentence. */
export type Problem = z.output<typeof problem>;

/** A request that was not carried out. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** The problem in an answer, or one that says as much as there is to know. */
export async function problemIn(response: Response): Promise<Problem> {
  try {
    return problem.parse(await response.json());
  } catch {
    return { code: 'unexpected', status: response.status, detail: `The server answered ${response.status}.` };
  }
}
