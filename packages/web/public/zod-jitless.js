// Before any module: zod otherwise probes for eval, which the content security policy refuses and reports.
globalThis.__zod_globalConfig = { jitless: true };
