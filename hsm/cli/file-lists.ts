import { type Command, Option } from 'commander';

/**
 * Options that take one file or more, before the one file that the command is about. Commander gives all
 * files to the option that stands last (`--root A B FILE`); this takes FILE back from it, so that the
 * command line reads as its help text says.
 */
export class FileLists {
  readonly #files = new Map<string, string[]>();
  #last: string[] = [];

  /** An option that takes files, to be added to the command. */
  option(flags: string, description: string): Option {
    const option = new Option(flags, description);
    const name = option.attributeName();
    return option.argParser((file: string) => {
      this.#last = this.#files.get(name) ?? [];
      this.#last.push(file);
      this.#files.set(name, this.#last);
      return this.#last;
    });
  }

  /** The file that the command is about; each list keeps at least one file. */
  take(file: string | undefined, command: Command): string {
    const taken = file ?? (this.#last.length > 1 ? this.#last.pop() : undefined);
    return taken ?? command.error("error: missing required argument 'file'", { exitCode: 2 });
  }

  /** The files that an option was given. */
  of(name: string): readonly string[] {
    return this.#files.get(name) ?? [];
  }
}
