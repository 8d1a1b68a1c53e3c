import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { openPrinter } from '../receipt/open-printer.ts';
import { parsePrinterAddress } from '../receipt/printer-address.ts';
import { printerStatus } from '../receipt/printer-state.ts';
import type { Printer } from '../receipt/printer.ts';
import { ReceiptError } from '../receipt/receipt-error.ts';
import { sampleReceipt } from '../receipt/receipt.ts';
import { openTemplate, renderEscPos, renderSvg } from '../receipt/render.ts';
import { readTemplateFile } from '../receipt/template-file.ts';

interface PrinterOptions {
  readonly printer: string;
}

interface TemplateOptions {
  readonly template?: string;
}

interface PreviewOptions extends TemplateOptions {
  readonly out: string;
  readonly columns: number;
}

/** Adds `printer check`, `printer test` and `printer preview` to the program. */
export function addPrinterCommands(program: Command): void {
  const printer = program.command('printer').description('The receipt printer, and the receipts it prints.');
  printer
    .command('check')
    .description('Asks the printer how it is.')
    .requiredOption('--printer <address>', 'tcp://HOST:9100 or a device file, as in the configuration')
    .action(async (options: PrinterOptions, command: Command) => {
      const status = await withPrinter(options, (each) => each.status());
      consoleOf(command).result(status, status.says.en);
      if (!status.prints) process.exitCode = 1;
    });
  printer
    .command('test')
    .description('Prints a sample receipt, and waits until it is on paper.')
    .requiredOption('--printer <address>', 'tcp://HOST:9100 or a device file, as in the configuration')
    .option('--template <file>', 'a receiptline template; the ordinary one where left out')
    .action(async (options: PrinterOptions & TemplateOptions, command: Command) => {
      const console = consoleOf(command);
      const template = openTemplate(readTemplateFile(options.template));
      let status = printerStatus('ready');
      await withPrinter(options, (each) => {
        const bytes = renderEscPos({ receipt: sampleReceipt, template, columns: each.columns });
        return each.print(bytes, {
          onStatus: (now) => {
            if (now.state !== status.state) console.note(now.says.en);
            status = now;
          },
        });
      });
      console.result({ printed: true, state: status.state }, 'A sample receipt is printed.');
    });
  printer
    .command('preview')
    .description('Draws a sample receipt as a picture.')
    .requiredOption('--out <file>', 'the SVG file to write')
    .option('--template <file>', 'a receiptline template; the ordinary one where left out')
    .option('--columns <n>', 'narrow characters on a line: 48 on an 80 mm roll, 32 on 58 mm', readColumns, 48)
    .action((options: PreviewOptions, command: Command) => {
      const { out, template, columns } = options;
      const svg = renderSvg({
        receipt: sampleReceipt,
        template: openTemplate(readTemplateFile(template)),
        columns,
      });
      try {
        writeFileSync(out, svg);
      } catch (cause) {
        throw new ReceiptError('unwritable', `The file ${out} cannot be written.`, { cause });
      }
      consoleOf(command).result({ out }, `The receipt is drawn in ${out}.`);
    });
}

function readColumns(text: string): number {
  const columns = Number(text);
  if (Number.isInteger(columns) && columns >= 24 && columns <= 96) return columns;
  throw new InvalidArgumentError('It is a number from 24 to 96.');
}

async function withPrinter<Result>(
  options: PrinterOptions,
  act: (printer: Printer) => Promise<Result>,
): Promise<Result> {
  const printer = openPrinter(parsePrinterAddress(options.printer));
  try {
    return await act(printer);
  } finally {
    printer.close();
  }
}
