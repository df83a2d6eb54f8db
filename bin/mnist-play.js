#!/usr/bin/env node
import { main } from "../dist/cli/commands/play.js";

process.exitCode = await main(process.argv.slice(2));
