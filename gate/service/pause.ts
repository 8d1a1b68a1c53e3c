/** A wait that something that happened can end before its time. */
export class Pause {
  #end: (() => void) | undefined;

  for(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timeout = setTimeout(() => {
        this.end();
      }, milliseconds);
      this.#end = () => {
        clearTimeout(timeout);
        this.#end = undefined;
        resolve();
      };
    });
  }

  /** Waits on until it is so, looking whenever the wait is ended. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.for(60_000);
  }

  end(): void {
    this.#end?.();
  }
}
