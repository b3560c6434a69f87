#!/usr/bin/env node
import { processSurroundings } from './command-line/surroundings.ts'
import { runProgram } from './program.ts'

await runProgram(process.argv.slice(2), processSurroundings())
