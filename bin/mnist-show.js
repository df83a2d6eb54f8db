#!/usr/bin/env node
import { main } from "../dist/cli/show.js";

process.exitCode = await main(process.argv.slice(2));
