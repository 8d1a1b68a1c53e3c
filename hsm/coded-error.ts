/**
 * An error of ours: a stable `code` for programs, a sentence for people that says what to do, and the
 * cause where there is one. Each room derives one class from it and names its codes there.
 */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
