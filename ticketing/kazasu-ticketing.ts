#!/usr/bin/env node
import { createProgram, runProgram } from '../hsm/program/program.ts';
import { addEntryListCommands } from './cli/entry-list.ts';

const program = createProgram('kazasu-ticketing', 'The ticketing service: what organisers export for gates.');
addEntryListCommands(program);
process.exitCode = await runProgram(program, process.argv.slice(2));
