/** What comes from a printer. */
export interface LineListener {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The line is gone; told once. */
  readonly onEnd: () => void;
}

/** An open line to a printer. */
export interface PrinterLine {
  /** Done when the system has taken the bytes; fails where the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** Opens a line; fails where there is nobody at its end. */
export type ConnectLine = (listener: LineListener) => Promise<PrinterLine>;
