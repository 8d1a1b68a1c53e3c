import { ProblemError, type Problem } from '../api/problem.ts';

/** Something that someone asked for: whether it is under way, and why it did not come about. */
export class Attempt {
  busy = $state(false);
  problem = $state.raw<Problem>();

  /** Does it, one at a time. Answers nothing where it did not come about; then `problem` says why. */
  async run<Answer>(act: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.problem = undefined;
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.problem = error.problem;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  forget(): void {
    this.problem = undefined;
  }
}
