import { InvalidArgumentError } from 'commander';

/** The option that says where a table goes; its ending says in which form. */
export function tableFile(path: string): string {
  if (/\.(csv|xlsx)$/.test(path)) return path;
  throw new InvalidArgumentError('Give a file that ends in .csv or .xlsx.');
}
