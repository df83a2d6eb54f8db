#!/usr/bin/env node
import { main } from "../dist/cli/commands/import.js";

process.exitCode = await main(process.argv.slice(2));
