#!/usr/bin/env node
import { createProgram, runProgram } from '../hsm/program/program.ts';
import { addCaseCommands } from './cli/cases.ts';
import { addEntryListCommands } from './cli/entry-list.ts';
import { addOrderCommands } from './cli/orders.ts';
import { addFiguresCommand } from './cli/figures.ts';
import { addJournalCommands } from './cli/journal.ts';
import { addServiceCommands } from './cli/serve.ts';

const program = createProgram(
  'kazasu-ticketing',
  'The ticketing service: from application to pack, and from journal to a settled event.',
);
addServiceCommands(program);
addEntryListCommands(program);
addOrderCommands(program);
addJournalCommands(program);
addCaseCommands(program);
addFiguresCommand(program);
process.exitCode = await runProgram(program, process.argv.slice(2));
